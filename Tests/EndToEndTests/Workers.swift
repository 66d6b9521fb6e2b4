// Several processes of one stage side by side, which a test kills and starts again.

import Glibc
import Spool
import SystemPackage

struct NotStarted: Error { let code: Int32 }

/// Used by one thread at a time.
final class Workers {
    private let program: Program
    private let arguments: [String]
    private var pids: [pid_t] = []
    /// How wrong the clock of the next one is, in seconds.
    private let clockError: () -> Int

    init(_ program: Program, _ arguments: [String], count: Int, clockError: @escaping () -> Int) throws {
        self.program = program
        self.arguments = arguments
        self.clockError = clockError
        for _ in 0..<count { pids.append(try start()) }
    }

    deinit {
        // None outlives its test.
        for pid in pids { kill(pid, SIGKILL) }
        for pid in pids { Self.wait(pid) }
    }

    /// Kills one without a warning, and starts another in its place.
    func replace(_ index: Int) throws {
        kill(pids[index], SIGKILL)
        Self.wait(pids[index])
        pids[index] = try start()
    }

    /// Tells all to stop, and waits until they have; their exit statuses.
    func stop() -> [Int32] {
        for pid in pids { kill(pid, SIGTERM) }
        let statuses = pids.map(Self.wait)
        pids = []
        return statuses
    }

    private func start() throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream: Int32 in 0...2 { posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0) }
        var argv = ([program.path.string] + arguments).map { strdup($0) } + [nil]
        let environment = ["PATH=/usr/bin:/bin", "HOME=/nowhere", "SPOOL_CLOCK_ERROR=\(clockError())"]
        var envp = environment.map { strdup($0) } + [nil]
        defer { for text in argv + envp { free(text) } }
        var pid = pid_t()
        let code = posix_spawn(&pid, program.path.string, &actions, nil, &argv, &envp)
        guard code == 0 else { throw NotStarted(code: code) }
        return pid
    }

    /// Its exit status; 128 and the signal if that ended it.
    @discardableResult
    private static func wait(_ pid: pid_t) -> Int32 {
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        let signal = raw & 0x7f
        return signal == 0 ? (raw >> 8) & 0xff : 128 + signal
    }
}
