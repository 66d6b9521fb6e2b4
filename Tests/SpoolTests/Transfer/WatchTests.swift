import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Bundles that arrive in a folder by themselves.
@Suite struct WatchTests {
    private func watched(_ crossing: Crossing, _ options: ImportOptions = ImportOptions()) -> WatchedFolder {
        WatchedFolder(crossing.here, crossing.medium, importer: Importer(crossing.here, options))
    }

    /// One look, so much later.
    private func pass(_ crossing: Crossing, after pause: Duration = .seconds(30)) async throws -> WatchReport {
        crossing.clock.advance(by: pause)
        let report = await watched(crossing).pass()
        if let failure = report.failure { throw failure }
        return report
    }

    private func states(_ crossing: Crossing) -> [String: WatchedBundle.State] {
        Dictionary(
            uniqueKeysWithValues: crossing.here.watchedBundles().map {
                (FilePath($0.path).lastComponent?.string ?? "", $0.state)
            })
    }

    /// An archive with one entry, kept beside the watched folder.
    private func archive(_ webid: String, _ crossing: Crossing) async throws -> [UInt8] {
        try crossing.there.give(webid, .outbox, payload: "payload of \(webid)")
        let path = crossing.folder.appending("\(webid).tar")
        try await crossing.export(to: .tar(path))
        defer { try? Kernel.unlink(path) }
        return try #require(try WholeFile.read(path, limit: 1 << 20))
    }

    private func put(_ bytes: some Collection<UInt8>, _ name: String, _ crossing: Crossing) throws {
        try OpenFile(crossing.medium.appending(name), .append).write(Array(bytes))
    }

    @Test func `bundles are taken in any form, order and age, and nothing is touched`() async throws {
        try await Crossing.with { crossing in
            let (first, second) = (try await archive("1", crossing), try await archive("2", crossing))
            try crossing.there.give("3", .outbox)
            _ = try await crossing.bundle()
            try put(second, "a.tar", crossing)
            try put(first, "sent by a diode", crossing)
            try Kernel.setModified(crossing.medium.appending("a.tar"), to: 0)
            try Kernel.setModified(crossing.medium.appending("sent by a diode"), to: 4_000_000_000_000_000_000)
            try put("a note\n".utf8, "README", crossing)
            try Kernel.makeDirectory(crossing.medium.appending("photographs"))
            let names = try Set(Folder.names(crossing.medium))
            let report = try await pass(crossing)
            #expect(report.imported.map(\.bundle.number).sorted() == [1, 2, 3])
            #expect(report.troubles.isEmpty && report.waiting == 0)
            #expect(try crossing.countHere() == 3)
            #expect(try Set(Folder.names(crossing.medium)) == names)
            #expect(states(crossing).values.allSatisfy { $0 == .imported } && states(crossing).count == 3)
            // Remembered, however old it gets.
            #expect(try await pass(crossing, after: .seconds(86_400 * 400)).imported.isEmpty)
            #expect(try Set(Folder.names(crossing.medium)) == names)
            // Under another name it is looked at again, and known.
            try Kernel.rename(crossing.medium.appending("a.tar"), to: crossing.medium.appending("b.tar"))
            let again = try await pass(crossing)
            #expect(again.imported.map(\.bundle.number) == [2] && again.imported.map(\.bundle.imported.count) == [0])
        }
    }

    @Test func `an archive that grows is left alone until its last byte is there`() async throws {
        try await Crossing.with { crossing in
            let bytes = try await archive("1", crossing)
            let whole = try await archive("2", crossing)
            var sent = 0
            while sent < bytes.count {
                let next = min(bytes.count, sent + 700)
                try put(bytes[sent..<next], "slow.tar", crossing)
                sent = next
                let report = try await pass(crossing, after: .seconds(7200))
                #expect(report.imported.isEmpty == (sent < bytes.count), "\(sent) of \(bytes.count)")
                #expect(report.troubles.isEmpty)
                if sent == 700 {
                    // The next one is not kept waiting.
                    try put(whole, "other.tar", crossing)
                    #expect(try await pass(crossing, after: .seconds(1)).imported.count == 1)
                }
            }
            #expect(try crossing.countHere() == 2)
        }
    }

    @Test func `a file that has its size before its contents is not refused while they come`() async throws {
        try await Crossing.with { crossing in
            let bytes = try await archive("1", crossing)
            let path = crossing.medium.appending("x.tar")
            try put([UInt8](repeating: 0, count: bytes.count), "x.tar", crossing)
            let file = try OpenFile(path, .readWrite)
            // From its end to its beginning, and with an old time at last.
            for start in stride(from: bytes.count - bytes.count % 512, through: 0, by: -512) {
                try file.write(Array(bytes[start..<min(bytes.count, start + 512)]), at: start)
                let report = try await pass(crossing, after: .seconds(1))
                #expect(report.troubles.isEmpty)
                #expect(report.imported.isEmpty || start == 0)
            }
            try file.setModified(0)
            #expect(try await pass(crossing, after: .seconds(1)).troubles.isEmpty)
            #expect(try crossing.countHere() == 1)
        }
    }

    @Test func `a folder that is copied file by file comes in when all of it is there`() async throws {
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox, payload: String(repeating: "x", count: 3000))
            let source = crossing.folder.appending("source")
            try await crossing.export(to: .folder(source))
            let copy = crossing.medium.appending("copy")
            for folder in [copy, copy.appending("data"), copy.pushing("data/outbox")] {
                try Kernel.makeDirectory(folder)
            }
            let names = TagFile.listed.map(\.rawValue) + ["data/outbox/joe-1.entry", TagFile.tagManifest.rawValue]
            for name in names {
                let bytes = try #require(try WholeFile.read(source.pushing(FilePath(name))))
                let half = bytes.count / 2
                for (index, piece) in [bytes[..<half], bytes[half...]].enumerated() {
                    try OpenFile(copy.pushing(FilePath(name)), .append).write(Array(piece))
                    let report = try await pass(crossing, after: .seconds(20))
                    let isLast = name == names.last && index == 1
                    #expect(report.imported.isEmpty != isLast, "\(name) \(index)")
                    #expect(report.troubles.isEmpty, "\(report.troubles)")
                }
            }
            #expect(states(crossing) == ["copy": .imported])
        }
    }

    @Test func `what stays incomplete is reported once, and taken when the rest comes`() async throws {
        try await Crossing.with { crossing in
            let bytes = try await archive("1", crossing)
            try put(bytes.prefix(3000), "half.tar", crossing)
            #expect(try await pass(crossing).troubles.isEmpty)
            #expect(states(crossing) == ["half.tar": .arriving])
            #expect(try await pass(crossing, after: .seconds(3500)).troubles.isEmpty)
            let report = try await pass(crossing, after: .seconds(200))
            #expect(report.troubles.map(\.state) == [.incomplete])
            #expect(report.troubles.first?.reason?.contains("bytes are there") == true)
            #expect(report.waiting == 1)
            #expect(try await pass(crossing, after: .seconds(86_400 * 30)).troubles.isEmpty)
            #expect(states(crossing) == ["half.tar": .incomplete])
            try put(bytes.dropFirst(3000), "half.tar", crossing)
            #expect(try await pass(crossing).imported.count == 1)
            #expect(states(crossing) == ["half.tar": .imported])
        }
    }

    @Test func `after the clock was set back nothing counts as at rest later than before`() async throws {
        try await Crossing.with { crossing in
            try put(try await archive("1", crossing).prefix(3000), "half.tar", crossing)
            #expect(try await pass(crossing).troubles.isEmpty)
            #expect(try await pass(crossing, after: .seconds(-86_400)).troubles.isEmpty)
            #expect(try await pass(crossing, after: .seconds(3650)).troubles.map(\.state) == [.incomplete])
        }
    }

    @Test func `what is whole and wrong is refused once it is at rest, once, and keeps nothing else waiting`()
        async throws
    {
        try await Crossing.with { crossing in
            var bad = try await archive("1", crossing)
            let offset = try #require(
                bad.indices.dropFirst(512).first { bad[$0...].starts(with: Array("payload of 1".utf8)) })
            bad[offset] ^= 1
            try put(bad, "a.tar", crossing)
            try put(try await archive("2", crossing), "b.tar", crossing)
            let first = try await pass(crossing)
            #expect(first.imported.count == 1 && first.troubles.isEmpty)
            #expect(states(crossing) == ["a.tar": .arriving, "b.tar": .imported])
            #expect(try await pass(crossing, after: .seconds(5)).troubles.isEmpty)
            let second = try await pass(crossing)
            #expect(second.troubles.map(\.state) == [.refused])
            #expect(second.troubles.first?.reason?.contains("data/outbox/joe-1.entry") == true)
            #expect(try await pass(crossing, after: .seconds(86_400)).troubles.isEmpty)
            #expect(try crossing.countHere() == 1)
            // A good copy in its place is another bundle.
            bad[offset] ^= 1
            try Kernel.unlink(crossing.medium.appending("a.tar"))
            try put(bad, "a.tar", crossing)
            #expect(try await pass(crossing).imported.count == 1)
            #expect(states(crossing) == ["a.tar": .imported, "b.tar": .imported])
        }
    }

    @Test func `what was refused for a reason of ours is read again when that has changed`() async throws {
        try await Crossing.with { crossing in
            try put(try await archive("1", crossing), "a.tar", crossing)
            var options = ImportOptions()
            func pass() async -> WatchReport {
                crossing.clock.advance(by: .seconds(30))
                return await watched(crossing, options).pass()
            }
            options.names = ["elsewhere"]
            _ = await pass()
            #expect(await pass().troubles.first?.reason?.contains("transfer.names") == true)
            #expect(await pass().troubles.isEmpty)
            // Still not welcome, and not said twice.
            options.names = ["nowhere"]
            #expect(await pass().troubles.isEmpty)
            #expect(states(crossing) == ["a.tar": .refused])
            options.names = ["peer"]
            #expect(await pass().imported.count == 1)
            #expect(states(crossing) == ["a.tar": .imported])
        }
    }

    @Test func `partial files of others, links and special files are no bundles`() async throws {
        try await Crossing.with { crossing in
            let bytes = try await archive("1", crossing)
            try put(bytes, ".x.tar.partial", crossing)
            let elsewhere = crossing.folder.appending("elsewhere.tar")
            try OpenFile(elsewhere, .create).write(bytes)
            try #require(symlink(elsewhere.string, crossing.medium.appending("link.tar").string) == 0)
            try #require(mkfifo(crossing.medium.appending("fifo.tar").string, 0o600) == 0)
            let report = try await pass(crossing)
            #expect(report.imported.isEmpty && report.troubles.isEmpty && report.waiting == 0)
            try Kernel.rename(crossing.medium.appending(".x.tar.partial"), to: crossing.medium.appending("x.tar"))
            #expect(try await pass(crossing).imported.count == 1)
        }
    }

    @Test func `what cannot be read keeps nothing else waiting`() async throws {
        try await Crossing.with { crossing in
            try put(try await archive("1", crossing), "a.tar", crossing)
            try put(try await archive("2", crossing), "b.tar", crossing)
            let bad = crossing.medium.appending("a.tar")
            let report = try await KernelProbe.withAsync(
                below: crossing.medium,
                { (call, path) throws(FileError) in
                    if call == .read, path == bad { throw FileError(call, path, .ioError) }
                }
            ) { try await pass(crossing) }
            #expect(report.imported.map(\.bundle.number) == [2])
            #expect(crossing.here.watchedBundles().first?.reason?.contains("cannot be read") == true)
            #expect(try await pass(crossing).imported.map(\.bundle.number) == [1])
        }
    }

    @Test func `a lost memory costs a look, and brings nothing twice`() async throws {
        try await Crossing.with { crossing in
            try put(try await archive("1", crossing), "a.tar", crossing)
            _ = try await pass(crossing)
            TemporaryFolder.empty(crossing.here.layout.watched)
            let report = try await pass(crossing)
            #expect(report.imported.map(\.bundle.known.count) == [1])
            #expect(try crossing.countHere() == 1)
        }
    }

    @Test func `a folder that is not there is said`() async throws {
        try await Crossing.with { crossing in
            let report = await WatchedFolder(
                crossing.here, crossing.folder.appending("nowhere"), importer: Importer(crossing.here, ImportOptions())
            ).pass()
            #expect((report.failure as? TransferError)?.code == .missing)
        }
    }

    @Test func `an archive is walked to its end without being read`() async throws {
        try await Crossing.with { crossing in
            let bytes = try await archive("1", crossing)
            let path = crossing.folder.appending("walk.tar")
            for count in stride(from: 0, through: bytes.count, by: 512) {
                try Kernel.status(path).map { _ in try Kernel.unlink(path) }
                try OpenFile(path, .create).write(Array(bytes.prefix(count)))
                let status = try #require(try Kernel.status(path))
                let found = try Wholeness.look(at: path, status, TransferLimits(), needsSignature: false)
                if count == bytes.count {
                    #expect(found == .whole)
                } else if case .partial = found {
                } else {
                    Issue.record("\(count) bytes are \(found)")
                }
            }
        }
    }
}
