// Debian's tinyproxy with a password, on a free port, for as long as a test takes.

import Glibc
import Spool
import Subprocess
import SystemPackage
import TestSupport

struct Tinyproxy {
    static let binary = FilePath("/usr/bin/tinyproxy")

    static var isThere: Bool { access(binary.string, X_OK) == 0 }

    let port: Int
    let log: FilePath
    /// Letters and digits only: its configuration takes no others.
    static let user = "spooluser"
    static let password = "ProxyPassword7b1e"

    struct NotStarted: Error {
        let log: String
    }

    /// What it said so far.
    func said() throws -> String { String(decoding: try WholeFile.read(log) ?? [], as: UTF8.self) }

    static func with(_ body: @escaping @Sendable (Tinyproxy) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            // Another program may take the port in the moment between; then another one is tried.
            for attempt in 1...5 {
                let proxy = Tinyproxy(port: try freePort(), log: folder.appending("log-\(attempt)"))
                if try await proxy.run(in: folder, body) { return }
            }
            throw NotStarted(log: "no port")
        }
    }

    /// false if it did not come up.
    private func run(in folder: FilePath, _ body: @escaping @Sendable (Tinyproxy) async throws -> Void) async throws
        -> Bool
    {
        let settings = folder.appending("tinyproxy.conf")
        let text = """
            Port \(port)
            Listen 127.0.0.1
            Timeout 60
            MaxClients 50
            LogFile "\(log)"
            LogLevel Connect
            Allow 127.0.0.1
            BasicAuth \(Self.user) \(Self.password)

            """
        try WholeFile.replace(settings, with: Array(text.utf8))
        let result = try await Subprocess.run(
            .path(Self.binary), arguments: ["-d", "-c", settings.string], input: .none, output: .discarded,
            error: .discarded
        ) { execution in
            let (number, pid) = (self.port, execution.processIdentifier.value)
            guard try await BlockingPool.shared.run({ Self.answers(number, pid) }) else {
                // Mostly gone already.
                try? execution.send(signal: .terminate)
                return false
            }
            do { try await body(self) } catch {
                try execution.send(signal: .terminate)
                throw error
            }
            try execution.send(signal: .terminate)
            return true
        }
        return result.closureResult
    }

    /// Whether somebody listens there, while the process lives.
    private static func answers(_ port: Int, _ pid: pid_t) -> Bool {
        for _ in 0..<500 where !isGone(pid) {
            if connects(port) { return true }
            usleep(20_000)
        }
        return false
    }

    /// Also while nobody has waited for it yet.
    private static func isGone(_ pid: pid_t) -> Bool {
        // No such process, no such file.
        guard let state = try? WholeFile.read(FilePath("/proc/\(pid)/stat"), limit: 4096) else { return true }
        return String(decoding: state, as: UTF8.self).contains(") Z ")
    }

    private static func connects(_ port: Int) -> Bool {
        withSocket(port) { descriptor, address, size in connect(descriptor, address, size) == 0 } ?? false
    }

    private static func freePort() throws -> Int {
        let held = try RefusingPort()
        return held.number
    }

    private static func withSocket<Value>(
        _ port: Int, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Value
    ) -> Value? {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body(descriptor, $0, size) }
        }
    }
}
