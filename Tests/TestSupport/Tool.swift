// Programs that are there anyway, run to their end: tar, sha256sum, ssh-keygen.

import Glibc
import Spool
import Synchronization
package import SystemPackage

package enum Tool {
    package struct Ended: Sendable {
        package let status: Int32
        package let out: String
    }

    package struct NotStarted: Error { let code: Int32 }

    package static func isThere(_ path: String) -> Bool { access(path, X_OK) == 0 }

    /// Standard output and standard error in one, through a file in a folder of its own.
    package static func run(
        _ program: String, _ arguments: [String], input: String = "/dev/null", in folder: FilePath? = nil,
        environment: [String] = []
    ) async throws -> Ended {
        try await withTemporaryFolder { temporary in
            let out = temporary.appending("out")
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
            posix_spawn_file_actions_addopen(&actions, 1, out.string, O_WRONLY | O_CREAT, 0o600)
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
            var argv =
                (["/usr/bin/env", "-C", (folder ?? temporary).string, program] + arguments).map { strdup($0) } + [nil]
            var envp = (["PATH=/usr/bin:/bin", "HOME=/nowhere", "LC_ALL=C"] + environment).map { strdup($0) } + [nil]
            defer { for text in argv + envp { free(text) } }
            var pid = pid_t()
            let code = posix_spawn(&pid, "/usr/bin/env", &actions, nil, &argv, &envp)
            guard code == 0 else { throw NotStarted(code: code) }
            let child = pid
            return try await BlockingPool.shared.run {
                var raw: Int32 = 0
                while waitpid(child, &raw, 0) < 0, errno == EINTR {}
                let signal = raw & 0x7f
                return Ended(
                    status: signal == 0 ? (raw >> 8) & 0xff : 128 + signal,
                    out: String(decoding: try WholeFile.read(out) ?? [], as: UTF8.self))
            }
        }
    }
}
