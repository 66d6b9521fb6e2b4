// Through a real proxy that wants a password: https and http, right and wrong credentials, and no trace of the password.

import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite(.enabled(if: Tinyproxy.isThere, "tinyproxy is not installed (make deps)"))
struct ProxyTests {
    /// Without a password no credentials are given at all.
    private static func keys(_ proxy: Tinyproxy, _ password: String?, _ tls: MockTLS?, _ folder: FilePath) throws
        -> String
    {
        let authority = try tls.map { try TrustTests.authority($0, in: folder) } ?? ""
        let way = "  proxy: http://127.0.0.1:\(proxy.port)\n"
        guard let password else { return authority + way }
        let secret = try TrustTests.file("proxy.password", password + "\n", in: folder)
        return authority + way + "  proxy_user: \(Tinyproxy.user)\n  proxy_password_file: \(secret)\n"
    }

    @Test(arguments: [true, false])
    func `everything goes through the proxy, with its password, https and http alike`(isTLS: Bool) async throws {
        try await Tinyproxy.with { proxy in
            let tls = isTLS ? try MockTLS() : nil
            try await TrustTests.withTLS(tls, keys: { try Self.keys(proxy, Tinyproxy.password, tls, $0) }) {
                (program, trustar) async throws in
                let result = try await program("run", "--once")
                #expect(result.status == 0, "\(result.errors)")
                #expect(trustar.reports.count == 3)
                let doctor = try await program("doctor")
                #expect(doctor.status == 0, "\(doctor.output)")
                let said = try proxy.said()
                #expect(said.contains("CONNECT 127.0.0.1:"), "\(said)")
                let hunt = SecretHunt([
                    "password": Tinyproxy.password, "both": "\(Tinyproxy.user):\(Tinyproxy.password)",
                ])
                for text in [result.output, result.errors, doctor.output, doctor.errors] {
                    hunt.expectNone(text, "output")
                }
                try hunt.expectNone(below: program.folder, except: ["proxy.password"])
            }
        }
    }

    /// tinyproxy says 407 to whom has no credentials, which is final, and 401 to wrong ones, which the client library
    /// does not tell from other refusals: the stage waits then, with the same remedy, and doctor sees the difference.
    @Test(arguments: [(nil, 77), ("wrong-password", 69)] as [(String?, Int)])
    func `credentials that the proxy does not take are told as the proxy's`(password: String?, status: Int) async throws
    {
        try await Tinyproxy.with { proxy in
            let tls = try MockTLS()
            try await TrustTests.withTLS(tls, keys: { try Self.keys(proxy, password, tls, $0) }) {
                (program, trustar) async throws in
                let result = try await program("fetch", "--once")
                #expect(result.status == status, "\(result.errors)")
                #expect(result.errors.contains("joe.proxy_user and joe.proxy_password"), "\(result.errors)")
                let doctor = try await program("doctor")
                #expect(doctor.status == 77, "\(doctor.output)")
                #expect(doctor.output.contains("the proxy wants other credentials"), "\(doctor.output)")
                #expect(doctor.output.contains("→ check joe.proxy_user and joe.proxy_password"))
                if let password {
                    SecretHunt(["password": password]).expectNone(result.errors + doctor.output, "output")
                }
                #expect(trustar.reports.isEmpty)
            }
        }
    }

    @Test func `a host that the proxy cannot reach is told as such`() async throws {
        try await Tinyproxy.with { proxy in
            let dead = try RefusingPort()
            try await TrustTests.withTLS(nil, keys: { try Self.keys(proxy, Tinyproxy.password, nil, $0) }) {
                (program, _) async throws in
                let path = program.folder.appending("config.yaml")
                let text = String(decoding: try WholeFile.read(path) ?? [], as: UTF8.self)
                let lines = text.split(separator: "\n").map { line in
                    line.hasPrefix("  base_url:") ? "  base_url: http://127.0.0.1:\(dead.number)" : String(line)
                }
                try WholeFile.replace(path, with: Array(lines.joined(separator: "\n").utf8))
                let result = try await program("fetch", "--once")
                #expect(result.status == 69, "\(result.errors)")
                #expect(result.errors.contains("joe.proxy"), "\(result.errors)")
                let doctor = try await program("doctor")
                #expect(doctor.output.contains("the proxy does not lead to 127.0.0.1:\(dead.number)"))
            }
            withExtendedLifetime(dead) {}
        }
    }
}
