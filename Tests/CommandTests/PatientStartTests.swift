import Glibc
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// What goes on until it is told to stop begins on a medium that fails.
@Suite struct PatientStartTests {
    /// A call that fails, on a path in the spool ("": the spool itself; nil: any).
    struct Trouble: Sendable, CustomTestStringConvertible {
        let call: FileError.Call
        let path: String?
        let errno: Errno
        /// The one stage that needs it; nil: nothing can begin.
        var stage: String?

        var testDescription: String { "\(call.rawValue) \(path ?? "anything"): \(errno)" }

        func isIt(_ call: FileError.Call, _ path: FilePath, _ root: FilePath) -> Bool {
            guard call == self.call else { return false }
            guard let wanted = self.path else { return true }
            return path == (wanted.isEmpty ? root : root.appending(wanted))
        }
    }

    private static let troubles = [
        Trouble(call: .open, path: "format", errno: .ioError), Trouble(call: .read, path: nil, errno: .ioError),
        Trouble(call: .statfs, path: "", errno: .ioError), Trouble(call: .readdir, path: "", errno: .ioError),
        Trouble(call: .stat, path: nil, errno: .noSuchAddressOrDevice),
        Trouble(call: .open, path: "ledger/joe", errno: .readOnlyFileSystem, stage: "fetch"),
        Trouble(call: .open, path: "ledger/joe", errno: .noSpace, stage: "fetch"),
        Trouble(call: .fsync, path: "ledger", errno: .ioError, stage: "fetch"),
    ]

    /// A verb that goes on, and what it says.
    private struct Going {
        let lines: AsyncStream<String>
        let task: Task<EndStatus, Never>

        init(_ arguments: [String]) {
            let (lines, said) = AsyncStream.makeStream(of: String.self)
            self.lines = lines
            let surroundings = Surroundings(
                out: OutputStream(style: .plain) { _ in },
                talk: OutputStream(style: .plain) { said.yield(String(decoding: $0, as: UTF8.self)) },
                input: { [] }, environment: [:], now: Surroundings.systemTime)
            task = Task {
                let status = await Entrance.run(arguments, in: surroundings)
                said.finish()
                return status
            }
        }

        /// Everything up to and with the line that has all of these words.
        func heard(_ words: String...) async throws -> String {
            var all = ""
            for await text in lines {
                all += text
                if all.split(separator: "\n").contains(where: { line in words.allSatisfy { line.contains($0) } }) {
                    return all
                }
            }
            throw Talking.Silent(heard: all)
        }
    }

    private static let more = "run: {poll: 100ms}\nretry: {minimum: 1s}\nlog: {level: notice}\n"

    @Test(arguments: troubles)
    func `run waits for its medium, says for which file and why, and goes on by itself`(trouble: Trouble) async throws {
        try await Mocked.with(more: Self.more) { bench, config in
            let text = String(decoding: try WholeFile.read(FilePath(config)) ?? [], as: UTF8.self)
            _ = try bench.write("c.yaml", text.replacing("joe: {", with: "joe: {interval: 1s, "))
            try bench.report("1")
            let root = bench.spool.layout.root
            let fails = Atomic<Bool>(true)
            try await KernelProbe.with(
                below: root,
                { (call, path) throws(FileError) in
                    guard fails.load(ordering: .sequentiallyConsistent), trouble.isIt(call, path, root) else { return }
                    throw FileError(call, path, trouble.errno)
                },
                { () async throws in
                    let going = Going(["run", "--config", config])
                    let said = try await going.heard("waits", "stage=\(trouble.stage ?? "submit")")
                    let error = FileError(trouble.call, root.appending(trouble.path ?? ""), trouble.errno)
                    #expect(said.contains(trouble.path == nil ? error.reason : "\(error)"), "\(said)")
                    let status = await Run(["status", "--config", config], now: Surroundings.systemTime)
                    if trouble.stage == nil {
                        #expect(status.status == .io && status.talk.contains("\(root)"), "\(status.talk)")
                    } else {
                        #expect(status.out.contains("fetch waits"), "\(status.out)")
                    }
                    fails.store(false, ordering: .sequentiallyConsistent)
                    _ = try await going.heard("goes on", "stage=\(trouble.stage ?? "submit")")
                    try await Self.until { try bench.spool.states(EntryRef(.outbox, bench.id("1"))) == [.done] }
                    going.task.cancel()
                    _ = await going.task.value
                })
        }
    }

    @Test func `what waiting cannot heal ends it at once`() async throws {
        try await Mocked.with(more: Self.more) { bench, config in
            let format = bench.spool.layout.format
            let sound = try #require(try WholeFile.read(format))
            for (text, status) in [("spool 2\nid x\n", EndStatus.badData), ("nonsense\n", .badData)] {
                try WholeFile.replace(format, with: Array(text.utf8))
                for verb in ["run", "fetch", "map", "submit"] {
                    #expect(await Run([verb, "--config", config]).status == status, "\(verb)")
                }
            }
            try Kernel.unlink(format)
            #expect(await Run(["run", "--config", config]).status == .missing)
            try WholeFile.replace(format, with: sound)
            // A file that we may not touch; root may touch all.
            let refused = try await KernelProbe.with(
                below: bench.spool.layout.root,
                { (call, path) throws(FileError) in
                    if call == .open, path == format { throw FileError(call, path, .permissionDenied) }
                }, { () async throws in await Run(["run", "--config", config]).status })
            #expect(refused == .refused)
            // Somebody else fetches.
            let ledger = try bench.spool.ledger("joe")
            #expect(await Run(["run", "--config", config]).status == .tryAgain)
            ledger.release()
        }
    }

    /// Files may not grow: like a disk without a byte free, where a spool is to be made.
    @Test(arguments: [false, true])
    func `a process that waits for its medium says so to systemd, and is told to stop like any other`(heals: Bool)
        async throws
    {
        try await Bench.with { bench in
            let config = try bench.write(
                "c.yaml", "spool: {path: new, create: true}\nrun: {stages: [map], poll: 100ms}\nretry: {minimum: 1s}\n")
            let ear = try Ear(bench.folder.appending("notify").string)
            let program = try Talking(
                ["run", "--config", config.string], listeningTo: .talk, environment: ["NOTIFY_SOCKET=\(ear.name)"],
                shell: "trap '' XFSZ; ulimit -S -f 0")
            let said = try await program.heard { $0.contains(" waits ") }
            #expect(said.contains("stage=map") && said.contains("\(bench.folder)/new/reserve"), "\(said)")
            #expect(try await ear.next() == "READY=1\nSTATUS=waits (disk-full)")
            if heals {
                try await Self.lift(program.pid)
                _ = try await program.heard { $0.contains("goes on") }
                while try await ear.next() != "STATUS=map works" {}
            }
            #expect(try await program.ended(by: SIGTERM) == 0)
            while try await !ear.next().hasPrefix("STOPPING=1") {}
        }
    }

    /// Lets a process's files grow again.
    private static func lift(_ pid: pid_t) async throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let tool = try Program.Running.spawn(
            ["--pid", "\(pid)", "--fsize=unlimited"], &actions, program: "/usr/bin/prlimit")
        #expect(try await BlockingPool.shared.run { Program.wait(tool) } == 0)
    }

    /// Looks again and again, giving way to others in between.
    private static func until(_ isThere: () throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while try !isThere() {
            try #require(ContinuousClock.now < end)
            await Task.yield()
        }
    }
}
