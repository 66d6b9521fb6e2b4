// The built program as a process: for what only a process shows, its exit status, its streams, its signals.

import Glibc
import Spool
import Synchronization
import SystemPackage

struct Program {
    /// Beside the test bundle.
    static let path = FilePath("/proc/self/exe").string.withCString { link in
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = readlink(link, &buffer, buffer.count - 1)
        let bytes = buffer.prefix(max(0, length)).map { UInt8(bitPattern: $0) }
        return FilePath(String(decoding: bytes, as: UTF8.self)).removingLastComponent().appending("spoolctl")
    }

    /// Held while a process is made, so that none inherits a pipe that is just being made.
    static let spawning = Mutex(())

    static func pipe() -> (reading: Int32, writing: Int32)? {
        spawning.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard Glibc.pipe(&ends) == 0 else { return nil }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return (ends[0], ends[1])
        }
    }

    struct Ended {
        let status: Int32
        let out: String
        let talk: String
    }

    struct NotStarted: Error { let code: Int32 }

    /// Runs to its end; streams pass through files in `folder`. `out` and `input` name files to use instead.
    static func run(_ arguments: [String], in folder: FilePath, out: String? = nil, input: String = "/dev/null")
        async throws -> Ended
    {
        let running = try Running(arguments, in: folder, out: out, input: input)
        return try await running.ended()
    }

    /// A process on its way.
    struct Running: Sendable {
        let pid: pid_t
        private let out: FilePath
        private let talk: FilePath

        init(_ arguments: [String], in folder: FilePath, out: String? = nil, input: String = "/dev/null") throws {
            let mark = UInt32.random(in: 0 ... .max)
            self.out = out.map { FilePath($0) } ?? folder.appending("out-\(mark)")
            talk = folder.appending("err-\(mark)")
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, self.out.string, O_WRONLY | O_CREAT, 0o600)
            posix_spawn_file_actions_addopen(&actions, 2, talk.string, O_WRONLY | O_CREAT, 0o600)
            pid = try Self.spawn(arguments, &actions)
        }

        static func spawn(
            _ arguments: [String], _ actions: inout posix_spawn_file_actions_t, environment more: [String] = [],
            program: String = Program.path.string
        ) throws -> pid_t {
            let environment = ["TERM=xterm", "PATH=/usr/bin:/bin", "HOME=/nowhere"] + more
            var argv = ([program] + arguments).map { strdup($0) } + [nil]
            var envp = environment.map { strdup($0) } + [nil]
            defer { for text in argv + envp { free(text) } }
            var pid = pid_t()
            let code = Program.spawning.withLock { _ in
                posix_spawn(&pid, program, &actions, nil, &argv, &envp)
            }
            guard code == 0 else { throw NotStarted(code: code) }
            return pid
        }

        func signal(_ number: Int32) { kill(pid, number) }

        /// Text on standard output so far.
        func output() throws -> String {
            String(decoding: try WholeFile.read(out) ?? [], as: UTF8.self)
        }

        func ended() async throws -> Ended {
            let (pid, out, talk) = (pid, out, talk)
            return try await BlockingPool.shared.run {
                let status = Program.wait(pid)
                func text(_ path: FilePath) throws -> String {
                    try Kernel.status(path)?.kind == .regular
                        ? String(decoding: WholeFile.read(path) ?? [], as: UTF8.self) : ""
                }
                return Ended(status: status, out: try text(out), talk: try text(talk))
            }
        }
    }

    /// Its exit status; 128 and the signal if that ended it.
    static func wait(_ pid: pid_t) -> Int32 {
        var raw: Int32 = 0
        while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
        let signal = raw & 0x7f
        return signal == 0 ? (raw >> 8) & 0xff : 128 + signal
    }
}
