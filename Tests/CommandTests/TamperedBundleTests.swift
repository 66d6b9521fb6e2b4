import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// Every kind of tampering at the door that users use: `import` and `verify BUNDLE` end with 65 and say what it is.
struct TamperedBundleTests {
    /// Limits are the configuration's here, which knows none below this.
    private static let leastBytes = 1_000_000

    private func config(_ limits: TransferLimits) -> String {
        let usual = TransferLimits()
        var lines = ["run: {stages: [map]}"]
        if limits.entries != usual.entries { lines.append("transfer: {max_entries: \(limits.entries)}") }
        if limits.bytes != usual.bytes { lines.append("transfer: {max_bundle_bytes: \(Self.leastBytes)}") }
        return lines.joined(separator: "\n") + "\n"
    }

    private func put(_ forge: Forge, _ form: Tampering.Form, on medium: FilePath) throws -> FilePath {
        let path = medium.appending("tampered.\(form.rawValue)")
        switch form {
        case .folder: try forge.folder(at: path)
        case .tar: try OpenFile(path, .create).write(forge.tar())
        }
        return path
    }

    /// Entries in any state or on their way, and lines about any.
    private func traces(in spool: SpoolStore) throws -> [String] {
        var traces: [String] = []
        for queue in try spool.queues() {
            for state in EntryState.allCases {
                traces += try spool.list(queue, state).entries.map { "\($0.place.ref) \(state.rawValue)" }
            }
            traces += try Folder.names(spool.layout.temporary(queue))
        }
        traces += try Folder.names(spool.layout.transfer)
        return try traces + spool.ledgerEntries("joe").keys
    }

    @Test(arguments: Tampering.all)
    func `what was tampered with ends with 65, is named, and leaves nothing`(tampering: Tampering) async throws {
        try await Sides.with { sides in
            let isLarge = tampering.limits.bytes != TransferLimits().bytes
            let first = isLarge ? String(repeating: "x", count: Self.leastBytes) : "the first payload"
            for (webid, payload) in [("1", first), ("2", "the second one")] {
                try sides.there.spool.give(webid, .outbox, payload: payload)
            }
            let bundle = sides.medium.appending("whole")
            _ = try await Exporter(sides.there.spool, ExportOptions(destination: "peer"))
                .export(.queue(.outbox), to: .folder(bundle))
            var forge = try Forge(bundle)
            tampering.act(&forge)
            let here = try sides.config(sides.here, config(tampering.limits))
            // A folder with nothing in it is no bundle at all, which is something else (66).
            for form in tampering.forms where form == .tar || !forge.members.isEmpty {
                let path = try put(forge, form, on: sides.medium)
                let outside = try Landscape.of(sides.there.folder)
                let beside = try Folder.names(sides.here.folder).sorted()
                let imported = await Run(["import", path.string, "-q", "--config", here])
                #expect(imported.status == .badData && imported.out.isEmpty, "\(form.rawValue): \(imported.talk)")
                // Whatever the names hold, nobody but us speaks.
                #expect(imported.talkLines.count == 1 && imported.talk.hasPrefix("spoolctl: \(path): "))
                #expect(imported.talk.contains(tampering.expected), "\(form.rawValue): \(imported.talk)")
                #expect(try traces(in: sides.here.spool) == [])
                #expect(try Landscape.of(sides.there.folder) == outside)
                #expect(try Folder.names(sides.here.folder).sorted() == beside)
            }
            let path = sides.medium.appending("tampered.\(tampering.forms[0].rawValue)")
            let verified = await Run(["verify", path.string, "-q", "--config", here])
            #expect(verified.status == .badData && verified.talk.isEmpty, "\(verified.out)\(verified.talk)")
            #expect(verified.out.contains(tampering.expected), "\(verified.out)")
            #expect(
                verified.outLines.allSatisfy { line in
                    ["warning: ", "error: ", "\(path): not good"].contains { line.hasPrefix($0) }
                }, "\(verified.out)")
        }
    }

    @Test func `an archive that is cut short in a pipe ends with 65`() async throws {
        try await Sides.with { sides in
            try sides.there.spool.give("1", .outbox, payload: "the first payload")
            let there = try sides.config(sides.there)
            let whole = await Run(["export", "-", "--config", there]).outBytes
            let here = try sides.config(sides.here)
            for verb in ["import", "verify"] {
                for cut in [0, 511, 512, 3000, whole.count - 1024, whole.count - 1] {
                    let tape = StreamTape(Array(whole.prefix(cut)))
                    let run = await Run([verb, "-", "--config", here], inputStream: tape.stream())
                    #expect(run.status == .badData, "\(verb), cut at \(cut): \(run.talk)")
                }
            }
            #expect(try traces(in: sides.here.spool) == [])
        }
    }
}
