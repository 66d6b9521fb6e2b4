// Judgements about the services: connections, keys, rights, quotas.

import Spool
import Testing

@testable import SpoolCommands

struct ServiceJudgementTests {
    private static let noon = Run.noon.nanoseconds / 1_000_000_000
    private static let day: Int64 = 86_400

    private static func certificate(_ from: Int64, _ until: Int64, names: [String] = ["*.example.net"])
        -> PeerCertificate
    {
        PeerCertificate(
            validFrom: noon + from * day, validUntil: noon + until * day, issuer: "CN=Proxy", names: names)
    }

    private static func connection(_ outcome: ConnectionProbe.Outcome) -> Diagnosis {
        Judgement.connection(.joe, host: "sandbox.example.net", port: 443, outcome, now: Run.noon)
    }

    @Test func `a certificate that ends soon is a warning`() {
        func level(_ days: Int64) -> Diagnosis.Level {
            Self.connection(.connected(.init(certificate: Self.certificate(-9, days), version: "TLS 1.3"))).level
        }
        #expect(level(300) == .ok && level(13) == .warn)
        #expect(Self.connection(.connected(.init())).message == "sandbox.example.net:443, without TLS")
    }

    @Test(
        arguments: [
            (-9, -1, ["*.example.net"], "expired on 2026-11-23", "renew it"),
            (2, 9, ["*.example.net"], "valid from 2026-11-26 only", "clock"),
            (-9, 9, ["b.example.org"], "is for other names: b.example.org", "joe.base_url"),
            (-9, 9, ["SANDBOX.example.net"], "signed by CN=Proxy, which is not trusted here", "joe.ca_file"),
        ] as [(Int64, Int64, [String], String, String)])
    func `why a certificate was refused`(
        from: Int64, until: Int64, names: [String], message: String, remedy: String
    ) {
        let line = Self.connection(
            .failed(TransportFailure(.tls, requestSent: false, "x"), Self.certificate(from, until, names: names)))
        #expect(line.status == .unavailable)
        #expect(line.message.contains(message), "\(line.message)")
        #expect(line.remedy?.contains(remedy) == true)
    }

    @Test(
        arguments: [
            (.resolve, .unavailable, "DNS"), (.connect, .unavailable, "firewall"),
            (.tls, .unavailable, "client_certificate"), (.proxy, .unavailable, "CONNECT"),
            (.proxyCredentials, .refused, "joe.proxy_password"), (.timedOut, .unavailable, "firewall"),
        ] as [(TransportFailure.Kind, EndStatus, String)])
    func `a connection that does not come about`(kind: TransportFailure.Kind, status: EndStatus, remedy: String) {
        let line = Self.connection(.failed(TransportFailure(kind, requestSent: false), nil))
        #expect(line.level == .fail && line.status == status)
        #expect(line.remedy?.contains(remedy) == true)
    }

    @Test func `a star stands for one label`() {
        let certificate = Self.certificate(0, 1)
        #expect(certificate.isFor("a.example.net") && certificate.isFor("A.EXAMPLE.NET"))
        #expect(!certificate.isFor("example.net") && !certificate.isFor("a.b.example.net"))
    }

    @Test func `names`() {
        func line(_ outcome: NameProbe.Outcome, proxy: Bool = false) -> Diagnosis {
            Judgement.name(.truStar, host: "h.invalid", viaProxy: proxy, outcome)
        }
        #expect(line(.addresses(["1.2.3.4"])).level == .ok)
        #expect(line(.failed("no such name")).remedy?.contains("trustar.api_url") == true)
        #expect(line(.failed("no such name"), proxy: true).remedy?.contains("trustar.proxy") == true)
        #expect(line(.timedOut).remedy?.contains("resolv.conf") == true)
    }

    /// Every fault has a status, words and a remedy that names something to do.
    @Test(arguments: Fault.Code.allCases)
    func `each fault has its remedy`(code: Fault.Code) {
        let line = Judgement.fault("joe.key", Fault(code, .stageWaits, "words"), .joe)
        #expect(line.level == .fail && line.status == Ending.status(ofCode: code))
        #expect((line.remedy ?? "").count > 10)
    }

    @Test func `a proxy that refuses for good is a refusal`() {
        #expect(Judgement.fault("joe.key", Fault(.proxy, .stageStops, ""), .joe).status == .refused)
    }

    // MARK: Joe Sandbox

    @Test func `an appliance without accounts is judged by its list`() {
        let page = AnalysisPage(webids: [], next: nil)
        let unknown = Fault(.notFound, .stageWaits, "no such service")
        let wrong = Fault(.unauthorized, .stageStops, "wrong key")
        #expect(Judgement.joeKey(.failure(unknown), list: .success(page)).level == .ok)
        #expect(Judgement.joeKey(.failure(wrong), list: .success(page)).status == .refused)
        #expect(Judgement.joeKey(.failure(unknown), list: .failure(wrong)).status == .refused)
        #expect(Judgement.joeService(.failure(wrong)).level == .ok)
        #expect(Judgement.joeService(.success(false)).status == .unavailable)
    }

    @Test func `report types`() {
        #expect(Judgement.joeReportType("json", .allowed).level == .ok)
        #expect(Judgement.joeReportType("json", .unknown("nothing there")).level == .skip)
        let denied = Judgement.joeReportType("json", .denied(others: []))
        #expect(denied.status == .refused && denied.remedy?.contains("licence") == true)
    }

    // MARK: TruSTAR

    private static let enclaves = [
        Enclave(id: "A", name: "Ours", type: "INTERNAL", canRead: true, canCreate: true, canUpdate: true),
        Enclave(id: "B", name: "Half", type: "INTERNAL", canRead: true, canCreate: true, canUpdate: false),
        Enclave(id: "C", name: "Feed", type: "OPEN", canRead: true, canCreate: false, canUpdate: false),
    ]

    @Test(
        arguments: [
            ("a", true, .ok, .success), ("B", true, .fail, .refused), ("B", false, .ok, .success),
            ("C", true, .fail, .refused), ("D", true, .fail, .configuration), (nil, true, .fail, .configuration),
        ] as [(String?, Bool, Diagnosis.Level, EndStatus)])
    func `enclaves`(id: String?, updates: Bool, level: Diagnosis.Level, status: EndStatus) {
        let line = Judgement.enclave(id, Self.enclaves, updates: updates)
        #expect(line.level == level && line.status == status)
    }

    @Test(
        arguments: [(3000, 10, .ok), (3000, 2699, .ok), (3000, 2700, .warn), (3000, 3000, .fail), (0, 0, .fail)]
            as [(Int, Int, Diagnosis.Level)])
    func `quotas`(limit: Int, used: Int, level: Diagnosis.Level) {
        let quota = RequestQuota(limit: limit, used: used, window: nil, nextReset: nil)
        #expect(Judgement.truStarQuota(.success([quota]), now: Run.noon).level == level)
    }

    @Test func `of several quotas the tightest counts`() {
        let quotas = [(100, 1), (100, 99), (100, 50)].map {
            RequestQuota(limit: $0.0, used: $0.1, window: nil, nextReset: nil)
        }
        #expect(Judgement.truStarQuota(.success(quotas), now: Run.noon).message.hasPrefix("1 of 100"))
        #expect(Judgement.truStarQuota(.success([]), now: Run.noon).level == .skip)
    }
}
