import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// A bundle that somebody has changed is refused as a whole, by name, and nothing is written anywhere but in the spool.
@Suite struct TamperingTests {
    private func location(_ forge: Forge, _ form: Tampering.Form, in crossing: Crossing, _ name: String) throws
        -> BundleLocation
    {
        switch form {
        case .folder:
            let path = crossing.medium.appending(name)
            try forge.folder(at: path)
            return .folder(path)
        case .tar:
            let path = crossing.medium.appending("\(name).tar")
            try OpenFile(path, .create).write(forge.tar())
            return .tar(path)
        }
    }

    private func forge(_ crossing: Crossing) async throws -> Forge {
        try crossing.there.give("1", .outbox, payload: "the first payload")
        try crossing.there.give("2", .outbox, payload: "the second one")
        return try Forge(try await crossing.bundle())
    }

    @Test func `there are enough of them`() { #expect(Tampering.all.count >= 45) }

    @Test(arguments: Tampering.all)
    func `what was tampered with is refused by name, and nothing of it is taken`(tampering: Tampering) async throws {
        try await Crossing.with { crossing in
            var forge = try await forge(crossing)
            tampering.act(&forge)
            var options = ImportOptions()
            options.limits = tampering.limits
            let canary = crossing.folder.appending("canary")
            try Kernel.makeDirectory(canary)
            for form in tampering.forms {
                let location = try location(forge, form, in: crossing, "tampered")
                let outside = try [canary, crossing.medium, crossing.folder.appending("there")].map(Landscape.of)
                do {
                    try await crossing.take(location, options: options)
                    Issue.record("\(tampering.what) was taken as \(form.rawValue)")
                } catch let error as TransferError {
                    #expect(error.code == .refused, "\(form.rawValue): \(error.message)")
                    #expect(
                        tampering.expected.isEmpty || error.message.contains(tampering.expected),
                        "\(form.rawValue): \(error.message)")
                }
                #expect(try crossing.countHere() == 0)
                #expect(try crossing.here.ledgerEntries("joe").isEmpty)
                #expect(try crossing.here.incomingStreams().isEmpty)
                #expect(try [canary, crossing.medium, crossing.folder.appending("there")].map(Landscape.of) == outside)
                #expect(try Set(Folder.names(crossing.folder)) == ["there", "here", "medium", "canary"])
            }
        }
    }

    @Test func `an archive that is cut short anywhere is refused`() async throws {
        try await Crossing.with { crossing in
            let bytes = try await forge(crossing).tar()
            let cuts = Array(stride(from: 0, to: bytes.count, by: 509)) + [bytes.count - 1, bytes.count - 512]
            for cut in cuts {
                let tape = StreamTape(Array(bytes.prefix(cut)))
                await #expect(throws: TransferError.self, "cut at \(cut)") {
                    try await crossing.take(.stream(tape.stream(), named: "cut"))
                }
            }
            #expect(try crossing.countHere() == 0)
            #expect(try await crossing.take(.stream(StreamTape(bytes).stream(), named: "whole")).imported.count == 2)
        }
    }

    /// What RFC 8493 allows, though we do not write it so.
    private static let allowed: [(String, @Sendable (inout Forge) -> Void)] = [
        ("nothing changed", { _ in }),
        (
            "CRLF at the ends of lines",
            { forge in
                for name in ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"] {
                    forge.replace("\n", by: "\r\n", in: name)
                }
                forge.seal(manifest: false)
                forge.replace("\n", by: "\r\n", in: "tagmanifest-sha256.txt")
            }
        ),
        (
            "CR at the ends of lines",
            { forge in
                for name in ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"] {
                    forge.replace("\n", by: "\r", in: name)
                }
                forge.seal(manifest: false)
                forge.replace("\n", by: "\r", in: "tagmanifest-sha256.txt")
            }
        ),
        (
            "no end of the last line",
            { forge in
                for name in ["bagit.txt", "bag-info.txt", "manifest-sha256.txt"] { forge[name].removeLast() }
                forge.seal(manifest: false)
                forge["tagmanifest-sha256.txt"].removeLast()
            }
        ),
        (
            "digests in capitals",
            { forge in
                let lines = forge.text("manifest-sha256.txt").split(separator: "\n")
                let text = lines.map { $0.prefix(64).uppercased() + $0.dropFirst(64) + "\n" }.joined()
                forge["manifest-sha256.txt"] = Array(text.utf8)
                forge.seal(manifest: false)
            }
        ),
        (
            "tabs and many blanks",
            { forge in
                forge.replace("  ", by: " \t   ", in: "manifest-sha256.txt")
                forge.seal(manifest: false)
            }
        ),
        (
            "lines in another order",
            { forge in
                let lines = forge.text("manifest-sha256.txt").split(separator: "\n").reversed()
                forge["manifest-sha256.txt"] = Array((lines.joined(separator: "\n") + "\n").utf8)
                forge.seal(manifest: false)
            }
        ),
        (
            "labels of others, repeated and folded",
            { forge in
                forge["bag-info.txt"] += Array("Contact-Name: a\nContact-Name: b\n  and more of it\n".utf8)
                forge.seal(manifest: false)
            }
        ),
        (
            "labels in small letters",
            { forge in
                forge.replace("Payload-Oxum", by: "payload-oxum", in: "bag-info.txt")
                forge.seal(manifest: false)
            }
        ),
        ("members in another order", { $0.members.reverse() }),
        (
            "folders as members",
            { forge in
                for name in ["data/outbox/", "data/", ""] {
                    forge.members.insert(Forge.Member(name: name, kind: UInt8(ascii: "5")), at: 0)
                }
            }
        ),
    ]

    @Test(arguments: allowed.indices)
    func `what the standard allows is taken`(index: Int) async throws {
        let (what, change) = Self.allowed[index]
        try await Crossing.with { crossing in
            var forge = try await forge(crossing)
            change(&forge)
            for form in Tampering.Form.allCases where form == .tar || what != "folders as members" {
                let taken = try await crossing.take(try location(forge, form, in: crossing, "allowed"))
                #expect(taken.imported.count + taken.known.count == 2, "\(what) as \(form.rawValue)")
                #expect(taken.warnings.isEmpty)
            }
        }
    }
}
