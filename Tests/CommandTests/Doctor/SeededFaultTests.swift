// What goes wrong in real installations, one at a time: `doctor` names the place, the remedy and the exit status.

import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

struct SeededFaultTests {
    struct Seeded: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let check: String
        let status: EndStatus
        /// Words of the message, and of the remedy.
        let message: String
        let remedy: String
        let illness: Clinic.Illness

        init(
            _ name: String, _ check: String, _ status: EndStatus, _ message: String, _ remedy: String,
            _ illness: Clinic.Illness
        ) {
            testDescription = name
            self.check = check
            self.status = status
            self.message = message
            self.remedy = remedy
            self.illness = illness
        }
    }

    @Test(arguments: Self.configuration + Self.spool + Self.joe + Self.truStar + Self.network)
    func `is recognised, with its remedy and its exit status`(_ seeded: Seeded) async throws {
        let examined = try await Clinic.examine(seeded.illness)
        let lines = examined.all(seeded.check).filter { ["warn", "fail"].contains($0.level ?? "") }
        let line = try #require(
            lines.first { ($0.message ?? "").contains(seeded.message) }, "not told; it says: \(examined.output)")
        #expect(line.level == (seeded.status == .success ? "warn" : "fail"))
        #expect(line.remedy?.contains(seeded.remedy) == true, "\(line.remedy ?? "no remedy")")
        #expect(examined.status == seeded.status, "\(examined.output)")
        #expect(line.exit == (seeded.status == .success ? nil : Int(seeded.status.rawValue)))
        // Nothing else fails, unless it is the same thing again, or comes of it in the same folder.
        let failed = Set(examined.lines.filter { $0.level == "fail" && $0.exit != line.exit }.compactMap(\.check))
            .subtracting(["entries"])
        #expect(failed.isEmpty, "\(examined.output)")
    }

    @Test func `there are more than thirty`() {
        #expect((Self.configuration + Self.spool + Self.joe + Self.truStar + Self.network).count > 30)
    }

    // MARK: Configuration and secrets

    static let configuration: [Seeded] = [
        Seeded(
            "an unknown key", "configuration", .configuration, "unknown key 'intervall' in 'joe'",
            "did you mean 'interval'?", .init { $0.add("joe", "intervall: 5m") }),
        Seeded(
            "no YAML", "configuration", .configuration, "config.yaml:", "config check",
            .init { $0.text = "joe: [" }),
        Seeded(
            "no enclave id", "trustar.enclave", .configuration, "no enclave is configured",
            "7a33144f-aef3-442b-87d4-dbf70d8afdb0 ('Joe Sandbox')",
            .init { $0.text = $0.text.replacing("  enclave_id: 7a33144f-aef3-442b-87d4-dbf70d8afdb0", with: "") }),
        Seeded(
            "a variable that is not set", "configuration", .configuration, "NO_SUCH_KEY", "${NO_SUCH_KEY:-default}",
            .init { $0.set("api_secret", "${NO_SUCH_KEY}") }),
        Seeded(
            "a secret's file that others can read", "secrets", .configuration, "others than its owner can read",
            "chmod 600",
            .init {
                let path = try $0.write("trustar.secret", "mock-secret\n", mode: 0o644)
                $0.text = $0.text.replacing("api_secret: mock-secret", with: "api_secret_file: \(path)")
            }),
        Seeded(
            "a literal secret in a file that others can read", "configuration", .configuration,
            "stands in a file that others can read", "chmod 600 on the file",
            .init(offline: true) {
                $0.set("base_url", "https://sandbox.invalid")
                _ = try $0.write("config.yaml", $0.text, mode: 0o644)
            }),
        Seeded(
            "a secret over plain http", "configuration", .configuration, "over plain http", "use https",
            .init(offline: true) { $0.set("base_url", "http://sandbox.invalid") }),
        Seeded(
            "a configuration that others can write", "configuration", .success, "can be written by others",
            "chmod go-w",
            .init { _ = try $0.write("config.yaml", $0.text, mode: 0o666) }),
    ]

    // MARK: The spool

    static let spool: [Seeded] = [
        Seeded(
            "no spool there", "spool", .missing, "is no spool", "spoolctl init", .init { $0.set("path", "nowhere") }),
        Seeded(
            "a folder that is no spool", "spool", .missing, "is no spool", "mount its disk",
            .init { try Kernel.unlink($0.spool.layout.format) }),
        Seeded(
            "another format", "spool", .badData, "format 9", "version that made it",
            .init { try WholeFile.replace($0.spool.layout.format, with: Array("spool 9\nid x\n".utf8)) }),
        Seeded(
            "a spool that others can write", "spool", .refused, "others can change what is in", "chmod 700",
            .init { try Kernel.setMode($0.spool.layout.root, 0o770) }),
        Seeded(
            "a spool that others can read", "spool", .success, "others can look into", "chmod 700",
            .init { try Kernel.setMode($0.spool.layout.root, 0o755) }),
        Seeded(
            "a link in place of a folder", "spool.folders", .badData, "inbox/failed is no folder", "move it away",
            .init {
                let folder = $0.spool.layout.folder(.inbox, .failed)
                try Kernel.removeDirectory(folder)
                try WholeFile.replace(folder, with: [])
            }),
        Seeded(
            "a missing folder", "spool.folders", .success, "missing: outbox/hold", "the next stage makes them",
            .init { try Kernel.removeDirectory($0.spool.layout.folder(.outbox, .hold)) }),
        Seeded(
            "a disk without room", "disk", .io, "fetch and map have stopped", "spoolctl prune",
            .init { $0.set("min_free", "900TiB") }),
        Seeded(
            "a writer that died", "leftovers", .success, "1 file in tmp without a writer", "next pass",
            .init { try WholeFile.replace($0.spool.layout.temporary(.inbox, "joe-1.abc"), with: []) }),
        Seeded(
            "a lost ledger", "leftovers", .badData, "the ledger 'joe' was begun and is gone", "verify --repair --yes",
            .init {
                guard let id = EntryID(source: "joe", webid: "1") else { return }
                try $0.spool.noteTaken(id, digest: String(repeating: "a", count: 64))
                try Kernel.unlink($0.spool.layout.ledger("joe"))
            }),
        Seeded(
            "a stage that waits", "stage.fetch", .success, "waits since 10m: maintenance: under maintenance",
            "tries again in",
            .init { clinic in
                let now = Surroundings.systemTime()
                var record = StageRecord(stage: "fetch")
                record.waitingSince = (now + .seconds(-630)).rfc3339
                record.waitingUntil = (now + .seconds(900)).rfc3339
                (record.code, record.reason) = ("maintenance", "under maintenance")
                clinic.spool.keep(record)
            }),
        Seeded(
            "a stage that has stopped", "stage.submit", .refused, "stopped 2h ago: unauthorized", "spoolctl submit",
            .init { clinic in
                var record = StageRecord(stage: "submit")
                record.waitingSince = (Surroundings.systemTime() + .seconds(-7230)).rfc3339
                (record.code, record.reason) = ("unauthorized", "the key is not accepted")
                clinic.spool.keep(record)
            }),
        Seeded(
            "a fetch that nobody runs", "stage.fetch", .success, "it does not run", "spoolctl run",
            .init { clinic in
                var record = StageRecord(stage: "fetch")
                record.lastPass = (Surroundings.systemTime() + .seconds(-86_400)).rfc3339
                clinic.spool.keep(record)
            }),
    ]

    // MARK: Joe Sandbox

    static let joe: [Seeded] = [
        Seeded(
            "a wrong key", "joe.key", .refused, "does not accept the credentials", "joe.api_key",
            .init { $0.set("api_key", String(repeating: "wrong", count: 12)) }),
        Seeded(
            "a base URL that is something else", "joe.service", .unavailable, "got an HTML page", "joesecurity.org",
            .init(faults: #"{"rules": [{"fault": "login-page", "mock": "joe"}]}"#)),
        Seeded(
            "a base URL that redirects", "joe.service", .unavailable, "redirected to", "joe.api_url",
            .init(faults: #"{"rules": [{"fault": "login-redirect", "mock": "joe"}]}"#)),
        Seeded(
            "a report type that the licence lacks", "joe.report_type", .refused,
            "json is not part of this key's licence",
            "(jsonfixed, lightjson)",
            .init(joe: { $0.product = "CloudBasic" }, change: { $0.add("joe", "report_type: json") })),
        Seeded(
            "maintenance", "joe.service", .unavailable, "under maintenance", "fetch waits",
            .init(joe: { $0.maintenance = true })),
        Seeded(
            "Joe's own quota", "joe.key", .tryAgain, "the quota is used up", "wait until the quota is renewed",
            .init(
                faults:
                    #"{"rules": [{"fault": "vendor-error", "code": "1", "route": "*/analysis/list", "mock": "joe"}]}"#)),
    ]

    // MARK: TruSTAR

    private static func enclave(_ type: String, create: Bool, update: Bool) -> @Sendable (inout TruStarOptions) -> Void
    {
        { options in
            options.enclaves[0] = TruStarEnclave(
                id: "7a33144f-aef3-442b-87d4-dbf70d8afdb0", name: "Ours", type: type, create: create, update: update)
        }
    }

    static let truStar: [Seeded] = [
        Seeded(
            "a wrong secret", "trustar.key", .refused, "does not accept the credentials", "trustar.api_secret",
            .init { $0.set("api_secret", "another-secret") }),
        Seeded(
            "an enclave that is not known", "trustar.enclave", .configuration, "sees no enclave", "('Joe Sandbox')",
            .init { $0.set("enclave_id", "00000000-0000-4000-8000-000000000000") }),
        Seeded(
            "an enclave without create", "trustar.enclave", .refused, "may not create in 'Ours'", "grant 'create'",
            .init(trustar: enclave("INTERNAL", create: false, update: true))),
        Seeded(
            "an enclave without update", "trustar.enclave", .refused, "may not update in 'Ours'", "trustar.on_existing",
            .init(trustar: enclave("INTERNAL", create: true, update: false))),
        Seeded(
            "a closed enclave", "trustar.enclave", .refused, "'Ours' (CLOSED) can only be read", "write to none",
            .init(trustar: enclave("CLOSED", create: false, update: false))),
        Seeded(
            "a quota that is used up", "trustar.quota", .tryAgain, "the quota is used up: 0 of 0", "submit waits",
            .init(trustar: { $0.dailyQuota = 0 })),
        Seeded(
            "too many calls", "trustar.key", .tryAgain, "too many calls", "does something else use the same key?",
            .init(faults: #"{"rules": [{"fault": "rate-limited", "mock": "trustar", "route": "*/enclaves"}]}"#)),
        Seeded(
            "a wrong API address", "trustar.key", .missing, "there is no such service",
            "https://api.trustar.co/api/1.3",
            .init { $0.text = $0.text.replacing("/api/1.3", with: "/api/1.9") }),
    ]
}

extension Clinic.Illness {
    /// Only the configuration or the spool is ill. `offline`: the services that it then names are not asked.
    init(offline: Bool = false, _ change: @escaping @Sendable (inout Clinic) throws -> Void) {
        self.init()
        self.change = change
        arguments = offline ? ["--offline"] : []
    }
}
