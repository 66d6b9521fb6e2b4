import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// In which order an export makes things durable: whoever dies between two of them loses nothing and claims nothing.
@Suite struct ExportOrderTests {
    private static let log = "there/spool/transfer/outgoing/peer/log"
    private static let partial = "medium/PARTIAL"

    /// Calls and paths below the crossing's folder; what has no name yet is called PARTIAL, what is temporary TEMPORARY.
    private func calls(_ crossing: Crossing, asTar: Bool) async throws -> [String] {
        let made = try await KernelProbe.trace(below: crossing.folder) { () async throws in
            try await crossing.export(to: asTar ? .tarInside(crossing.medium) : .inside(crossing.medium))
        }
        return made.map { call in
            let names = call.path.components.map(\.string).map { name in
                PartialName.isOne(name) ? "PARTIAL" : WholeFile.isTemporary(name) ? "TEMPORARY" : name
            }
            return "\(call.call.rawValue) \(names.joined(separator: "/"))"
        }
    }

    @Test(arguments: [true, false])
    func `a number is burnt before a bundle has its name, and entries leave when it is durable`(asTar: Bool)
        async throws
    {
        try await Crossing.with { crossing in
            for number in 1...2 { try crossing.there.give("\(number)", .outbox) }
            let calls = try await calls(crossing, asTar: asTar)
            let claimed = ["fsync there/spool/outbox/active", "fsync there/spool/outbox/ready"]
            // A folder is nothing to anybody until it has its name; a stream, which an archive may be, is read from its first byte.
            let copied = asTar ? [] : ["mkdir \(Self.partial)", "write \(Self.partial)/data/outbox/joe-1.entry"]
            let begun = [
                "fsync there/spool/stages/TEMPORARY", "rename there/spool/stages/TEMPORARY",
                "fsync there/spool/transfer/outgoing/peer", "write \(Self.log)", "fsync \(Self.log)",
            ]
            let written =
                asTar
                ? ["write \(Self.partial)", "fsync \(Self.partial)"]
                : [
                    "write \(Self.partial)/tagmanifest-sha256.txt", "syncfs \(Self.partial)",
                    "fsync \(Self.partial)/data", "fsync \(Self.partial)",
                ]
            let named = ["rename \(Self.partial)", "fsync medium"]
            let complete = ["write \(Self.log)", "fsync \(Self.log)"]
            let moved = [
                "rename there/spool/outbox/active/joe-1.entry", "rename there/spool/outbox/active/joe-2.entry",
                "fsync there/spool/outbox/exported", "fsync there/spool/outbox/active",
            ]
            var next = calls.startIndex
            var found: [Int] = []
            for wanted in copied + claimed + begun + written + named + complete + moved {
                let index = try #require(
                    calls[next...].firstIndex(of: wanted),
                    "no '\(wanted)' after \(found.last.map { calls[$0] } ?? "the start") in \(calls)")
                found.append(index)
                next = index + 1
            }
            // None of them before its time either.
            let last = found[copied.count + claimed.count + begun.count - 1]
            if asTar { #expect(calls.firstIndex { $0.contains(" medium") } ?? 0 > last) }
            #expect(calls[..<last].allSatisfy { !$0.contains(" medium") || $0.contains(" \(Self.partial)") })
            #expect(calls[..<last].allSatisfy { $0 != named[0] })
            #expect(calls.firstIndex(of: moved[0]) == found[found.count - moved.count])
        }
    }

    /// In memory it does not, so that tests take both ways where they lie on a disk as well.
    @Test(arguments: ["/dev/shm", "/var/tmp", "/tmp"])
    func `each file is synced for itself where a sync of all does not tell what failed`(place: String) async throws {
        guard access(place, W_OK | X_OK) == 0 else { return }
        try await Crossing.with { crossing in
            let medium = FilePath(place).appending("spoolctl-medium-\(UInt64.random(in: 0 ... .max))")
            try Kernel.makeDirectory(medium)
            defer { TemporaryFolder.remove(medium) }
            for number in 1...2 { try crossing.there.give("\(number)", .outbox) }
            let calls = try await KernelProbe.trace(below: medium) { () async throws in
                try await crossing.export(to: .inside(medium))
            }
            let synced = Set(calls.filter { $0.call == .fsync }.compactMap { $0.path.lastComponent?.string })
            let files: Set = ["joe-1.entry", "joe-2.entry", "manifest-sha256.txt", "tagmanifest-sha256.txt"]
            #expect(synced.intersection(files) == (try FileSystem(of: medium).tellsOfFailedSyncs ? [] : files))
            #expect(synced.contains("outbox") && synced.contains("data"))
            #expect(calls.filter { $0.call == .syncfs }.count == 1)
            let last = try #require(calls.lastIndex { $0.call == .write })
            #expect(try #require(calls.firstIndex { $0.call == .syncfs }) > last)
        }
    }

    @Test func `what memory and other kernels' worlds say of a sync is not relied on`() throws {
        for path in ["/dev/shm", "/proc", "/sys"] {
            guard try Kernel.status(FilePath(path)) != nil else { continue }
            #expect(try !FileSystem(of: FilePath(path)).tellsOfFailedSyncs)
        }
    }
}
