// A program whose output is read while it runs: a server's first words, a loop's log.

import Glibc
import Spool
import SystemPackage

struct Talking: Sendable {
    enum Stream: Int32 { case out = 1, talk = 2 }

    let pid: pid_t
    private let reading: Int32

    struct Silent: Error { let heard: String }

    /// `stream` is listened to; the other one is thrown away. `shell`: what a shell does before it becomes the program.
    init(_ arguments: [String], listeningTo stream: Stream, environment: [String] = [], shell: String? = nil) throws {
        guard let pipe = Program.pipe() else { throw Silent(heard: "no pipe") }
        defer { close(pipe.writing) }
        reading = pipe.reading
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor: Int32 in 0...2 {
            posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, pipe.writing, stream.rawValue)
        pid =
            if let shell {
                try Program.Running.spawn(
                    ["-c", "\(shell); exec \"$0\" \"$@\"", Program.path.string] + arguments, &actions,
                    environment: environment, program: "/bin/sh")
            } else {
                try Program.Running.spawn(arguments, &actions, environment: environment)
            }
    }

    /// Everything up to and with a line that `isIt`.
    func heard(_ isIt: @escaping @Sendable (String) -> Bool) async throws -> String {
        let reading = reading
        return try await BlockingPool.shared.run {
            var line: [UInt8] = []
            var all = ""
            var byte: UInt8 = 0
            while read(reading, &byte, 1) == 1 {
                line.append(byte)
                guard byte == 0x0a else { continue }
                let text = String(decoding: line, as: UTF8.self)
                all += text
                if isIt(text) { return all }
                line = []
            }
            throw Silent(heard: all)
        }
    }

    /// Sends a signal and waits for the end.
    func ended(by signal: Int32) async throws -> Int32 {
        let (pid, reading) = (pid, reading)
        return try await BlockingPool.shared.run {
            kill(pid, signal)
            let status = Program.wait(pid)
            close(reading)
            return status
        }
    }
}
