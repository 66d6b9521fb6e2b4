import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// A bundle in a folder is checked by all cores, and says the same as one that is read from front to back.
@Suite struct MemberBesideTests {
    private static let count = 71

    private func name(_ number: Int) -> String { "data/outbox/joe-\(1000 + number).entry" }

    private func bundle(_ crossing: Crossing) async throws -> FilePath {
        for number in 0..<Self.count {
            try crossing.there.give("\(1000 + number)", .outbox, payload: String(repeating: "\(number) ", count: 999))
        }
        return try await crossing.bundle()
    }

    @Test func `every entry is read, and what is damaged is named in the bundle's order`() async throws {
        try await Crossing.with { crossing in
            let path = try await bundle(crossing)
            let whole = try BagReader(TransferLimits()).read(.folder(path))
            #expect(whole.entries.count == Self.count && whole.digests.count == Self.count && whole.errors.isEmpty)
            let editor = BagEditor(path)
            let damaged = [0, 5, 31, 32, Self.count - 1]
            for number in damaged {
                var bytes = try editor.bytes(name(number))
                bytes[bytes.count - 1] ^= 1
                try editor.put(name(number), bytes)
            }
            let contents = try BagReader(TransferLimits()).read(.folder(path))
            #expect(
                contents.errors.map { $0.message.split(separator: ":").first.map(String.init) } == damaged.map(name))
            #expect(contents.entries.count == Self.count - damaged.count)
            #expect(contents.digests.count == Self.count)
            #expect(contents.payload == whole.payload)
            for (member, digest) in whole.digests {
                let isDamaged = damaged.map(name).contains(member.description)
                #expect((contents.digests[member] == digest) != isDamaged)
            }
        }
    }

    @Test func `told to stop, all cores stop`() async throws {
        try await Crossing.with { crossing in
            let path = try await bundle(crossing)
            let stopped = TransferWatch(isStopped: { true })
            let error = #expect(throws: TransferError.self) {
                try BagReader(TransferLimits(), watch: stopped).read(.folder(path))
            }
            #expect(error?.code == .interrupted)
        }
    }
}
