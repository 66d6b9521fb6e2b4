// SIGTERM while bundles are on their way: what is under way is given back, and soon, whoever keeps it waiting.

import Glibc
import Spool
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct StoppedTransferTests {
    private let clock = ContinuousClock()

    private func withProgram(_ body: (Program, SpoolStore, FilePath) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let spool = try makeSpool(in: folder, TestClock())
            let text = "spool: {path: spool, min_free: 1MB}\nrun: {stages: [map]}\n"
            try WholeFile.replace(folder.appending("config.yaml"), with: Array(text.utf8))
            try await body(try Program(in: folder), spool, folder)
        }
    }

    private struct Stopped {
        let status: TerminationStatus
        let errors: String
        let took: Duration
    }

    /// Runs until `isUnderWay`, and then no longer than it must.
    private func stopped(
        _ program: Program, _ arguments: [String], output: FileDescriptor,
        when isUnderWay: @escaping @Sendable () throws -> Bool
    ) async throws -> Stopped {
        let clock = clock
        let result = try await run(
            .path(program.path), arguments: Arguments(arguments), environment: Program.environment,
            workingDirectory: program.folder, input: .none,
            output: .fileDescriptor(output, closeAfterSpawningProcess: false), error: .string(limit: 1 << 20)
        ) { execution in
            let pid = execution.processIdentifier.value
            do {
                try await Patience.until("under way", isUnderWay)
                let start = clock.now
                try execution.send(signal: .terminate)
                try await Patience.until("stopped", seconds: 30) { try Self.hasEnded(pid) }
                return clock.now - start
            } catch {
                try execution.send(signal: .kill)
                throw error
            }
        }
        return Stopped(
            status: result.terminationStatus, errors: result.standardError, took: result.closureResult)
    }

    /// Nobody has asked for its status yet, so its number is still its own.
    private static func hasEnded(_ pid: pid_t) throws -> Bool {
        guard let bytes = try WholeFile.read(FilePath("/proc/\(pid)/stat"), limit: 4096) else { return true }
        return String(decoding: bytes, as: UTF8.self).split(separator: ") ").last?.hasPrefix("Z") == true
    }

    @Test func `an export into a pipe that nobody reads ends when it is told to`() async throws {
        try await withProgram { (program, spool, folder) async throws in
            let ref = try spool.give("1", .outbox, payload: String(repeating: "x", count: 300_000))
            let pipe = try FileDescriptor.pipe()
            let ended = try await stopped(program, ["export", "-"], output: pipe.writeEnd) {
                var room = pollfd(fd: pipe.writeEnd.rawValue, events: Int16(POLLOUT), revents: 0)
                return poll(&room, 1, 0) == 0
            }
            try pipe.writeEnd.close()
            try pipe.readEnd.close()
            #expect(ended.status == .exited(75))
            #expect(ended.errors.contains("told to stop"), "\(ended.errors)")
            // By itself it would take two tenths of a second; a busy machine may need some.
            #expect(ended.took < .seconds(5))
            #expect(try spool.states(ref) == [.deferred])
            // It goes on as if nothing had been, and the number is void.
            let again = try await program("export", "x.tar")
            #expect(again.status == 0 && again.output.contains("as number 2 for peer"), "\(again.errors)")
            let bag = CheckedBag(try BagReader(TransferLimits()).read(.tar(folder.appending("x.tar"))))
            #expect(bag.record?.void == [[1, 1]] && bag.findings.errors.isEmpty)
        }
    }

    /// An archive with an entry that would take seconds to read: nothing but a hole behind its envelope.
    private func large(_ bytes: Int, in folder: FilePath) async throws -> FilePath {
        let path = folder.appending("large.tar")
        try await Crossing.with { crossing in
            try crossing.there.give("1", .outbox)
            var forge = try Forge(try await crossing.bundle())
            var head = try Envelope(decoding: Array(forge[Forge.first].prefix(Envelope.size)))
            head.bytes = bytes
            forge[Forge.first] = head.encoded()
            forge.change(Forge.first) { $0.size = Envelope.size + bytes }
            let last = try #require(forge.members.firstIndex { $0.name == Forge.first })
            forge.members.append(forge.members.remove(at: last))
            let archive = forge.tar()
            try OpenFile(path, .create).write(archive)
            try #require(truncate(path.string, archive.count + bytes) == 0)
        }
        return path
    }

    @Test func `an import that is under way in a watched folder is given back within ten seconds`() async throws {
        try await withProgram { (program, spool, folder) async throws in
            let medium = folder.appending("medium")
            try Kernel.makeDirectory(medium)
            let path = try await large(1 << 30, in: medium)
            let before = try Kernel.status(path)
            let null = try FileDescriptor.open("/dev/null", .writeOnly)
            let temporary = spool.layout.temporary(.outbox)
            let ended = try await stopped(
                program, ["import", "--watch", medium.string, "--every", "50ms"], output: null
            ) {
                try Folder.contents(temporary).contains { $0.status.size > 1 << 20 }
            }
            try null.close()
            #expect(ended.status == .exited(0), "\(ended.errors)")
            #expect(ended.took < .seconds(10))
            // It was not read to its end, after which it would have been refused.
            #expect(spool.watchedBundles().allSatisfy { $0.isTried != true && $0.state == .arriving })
            #expect(try Folder.names(temporary).isEmpty)
            #expect(try spool.list(.outbox, .ready).entries.isEmpty)
            #expect(try Folder.names(medium) == ["large.tar"])
            #expect(try Kernel.status(path)?.changed == before?.changed)
        }
    }
}
