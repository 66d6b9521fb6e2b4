// `doctor` as a whole: a healthy installation, what is left out, how it reads, how it ends.

import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

struct DoctorTests {
    @Test func `a healthy installation is all right, and no check is left out`() async throws {
        let examined = try await Clinic.examine()
        #expect(examined.status == .success)
        #expect(examined.summary?.kind == "summary" && examined.summary?.exit == 0)
        let told = examined.lines.compactMap(\.check)
        let expected = [
            "configuration", "secrets", "spool", "spool.folders", "spool.filesystem", "disk", "disk.sync", "leftovers",
            "entries", "retention", "stage.fetch", "stage.map", "stage.submit", "joe.dns", "joe.connection",
            "joe.service", "joe.key", "joe.report_type", "joe.quota", "trustar.dns", "trustar.connection",
            "trustar.key", "trustar.enclave", "trustar.quota", "clock",
        ]
        #expect(told == expected, "\(examined.output)")
        #expect(!examined.lines.contains { $0.level == "fail" })
        // In memory, where the tests' folders are, the file system is a warning; a slow disk may be another one.
        let warned = Set(examined.lines.filter { $0.level == "warn" }.compactMap(\.check))
        #expect(warned.isSubset(of: ["spool.filesystem", "disk.sync"]), "\(examined.output)")
    }

    @Test func `over TLS the certificate and its end are told`() async throws {
        let tls = try MockTLS()
        let examined = try await Clinic.examine(
            .init(tls: tls) { clinic in
                let path = try clinic.write("ca.pem", tls.authority)
                clinic.add("joe", "ca_file: \(path)")
                clinic.add("trustar", "ca_file: \(path)")
            })
        #expect(examined.status == .success)
        let message = try #require(examined.all("trustar.connection").first?.message)
        #expect(message.contains("TLS 1.3") && message.contains("spoolctl mock authority"), "\(message)")
        #expect(examined.level("clock") == "ok")
    }

    @Test func `offline, nothing is asked`() async throws {
        var illness = Clinic.Illness { $0.set("base_url", "https://sandbox.invalid") }
        illness.arguments = ["--offline"]
        let examined = try await Clinic.examine(illness)
        #expect(examined.status == .success)
        #expect(!examined.lines.contains { $0.check?.hasPrefix("joe") == true })
        #expect(examined.level("services") == "skip")
    }

    @Test func `with a configuration that is wrong in one place, everything else is still looked at`() async throws {
        let examined = try await Clinic.examine(.init { $0.add("spool", "nonsense: 1") })
        #expect(examined.status == .configuration)
        #expect(examined.level("joe.key") == "ok" && examined.level("trustar.enclave") == "ok")
        #expect(examined.level("disk") == "ok")
    }

    @Test func `what hangs on a wrong value is left out, and said`() async throws {
        let examined = try await Clinic.examine(
            .init {
                $0.set("path", "[1]")
                $0.set("base_url", "ftp://x")
            })
        #expect(examined.level("spool") == "skip" && examined.level("joe") == "skip")
        #expect(examined.level("trustar.key") == "ok")
    }

    @Test func `no configuration at all is one line`() async throws {
        let examined = try await Examined("/nowhere/config.yaml")
        #expect(examined.status == .configuration)
        #expect(examined.level("configuration") == "fail" && examined.level("spool") == "skip")
    }

    @Test func `a stage that is not run needs nothing`() async throws {
        let examined = try await Clinic.examine(
            .init {
                $0.text += "\nrun:\n  stages: [map]\n"
                $0.set("api_key", "\"\"")
            })
        #expect(examined.level("joe") == "skip" && examined.level("trustar") == "skip")
    }

    @Test func `the first line that fails gives the exit status`() {
        var report = DoctorReport(lines: [.ok("a", "x"), .warn("b", "x", "y")], took: .milliseconds(1840))
        #expect(report.status == .success)
        #expect(report.text(.plain).last == "1 warning, 1 ok, in 1.8s")
        report.lines += [.fail("c", .missing, "x", "y"), .fail("d", .refused, "x", "y"), .skip("e", "z")]
        #expect(report.status == .missing)
        #expect(report.text(.plain).last == "2 failed, 1 warning, 1 ok, 1 not checked, in 1.8s; begin with c")
    }

    @Test func `a line for people has its remedy below`() {
        let line = Diagnosis.fail("joe.key", .refused, "not\u{1B}[2J accepted", "put it right")
        #expect(
            line.text(.plain) == [
                "FAIL  joe.key               not\\u{1B}[2J accepted", "                            → put it right",
            ])
    }

    @Test func `no call is made that TruSTAR counts, and three leave room in the pace`() async throws {
        let examined = try await Clinic.examine(
            .init(
                trustar: {
                    $0.enforcesDailyQuota = true
                    $0.dailyQuota = 1
                }, change: { _ in }))
        #expect(examined.all("trustar.quota").first?.message?.hasPrefix("1 of 1 counted calls left") == true)
    }

    @Test func `a pause that TruSTAR asked for is kept`() async throws {
        let examined = try await Clinic.examine(
            .init {
                let until = Surroundings.systemTime() + .seconds(600)
                try $0.spool.pauseCalls(to: "trustar", CallPause(until: until, code: "rate-limited", reason: "asked"))
            })
        #expect(examined.status == .tryAgain)
        #expect(examined.all("trustar.key").first?.message?.contains("calls are paused until") == true)
    }

    @Test func `servers that hang do not hold it up`() async throws {
        let examined = try await Clinic.examine(
            .init(faults: #"{"rules": [{"fault": "hang", "seconds": 60}]}"#, limits: DoctorLimits()))
        #expect(examined.status == .unavailable)
        // Both at once; each gives one answer's time. The rest is a slow machine's.
        #expect((examined.summary?.milliseconds ?? .max) < 50_000)
    }
}
