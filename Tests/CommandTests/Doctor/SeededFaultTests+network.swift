// Faults on the way to the services: clocks, certificates, names, ports, proxies.

import MockKit
import Spool
import SystemPackage
import TestSupport

@testable import SpoolCommands

extension SeededFaultTests {
    private static func served(
        _ flaw: MockTLS.Flaw?, trusted: Bool = true
    ) -> Clinic.Illness {
        // A certificate that cannot be made is a mistake of the test.
        guard let tls = try? MockTLS(flaw: flaw) else { preconditionFailure("no certificate") }
        return Clinic.Illness(tls: tls) { clinic in
            guard trusted else { return }
            let path = try clinic.write("ca.pem", tls.authority)
            clinic.add("joe", "ca_file: \(path)")
            clinic.add("trustar", "ca_file: \(path)")
        }
    }

    static let network: [Seeded] = [
        Seeded(
            "a clock that is wrong", "clock", .configuration, "this machine is 1h", "timedatectl",
            .init(faults: #"{"rules": [{"fault": "clock-skew", "seconds": 3700}]}"#)),
        Seeded(
            "the other side's clock", "clock", .success, "Joe Sandbox's clock is 1h ", "tell Joe Sandbox",
            .init(faults: #"{"rules": [{"fault": "clock-skew", "seconds": 3700, "mock": "joe"}]}"#)),
        Seeded(
            "an expired certificate", "joe.connection", .unavailable, "expired on", "renew it", served(.expired)),
        Seeded(
            "a certificate for another name", "trustar.connection", .unavailable, "is for other names: elsewhere.test",
            "trustar.api_url", served(.otherName)),
        Seeded(
            "TLS before 1.2", "joe.connection", .unavailable, "it offers only TLS versions before 1.2",
            "TLS before 1.2 is not spoken", served(.old)),
        Seeded(
            "an authority that is not known", "joe.connection", .unavailable, "CN=spoolctl mock authority",
            "joe.ca_file",
            served(nil, trusted: false)),
        Seeded(
            "https where http is spoken", "joe.connection", .unavailable, "it does not speak TLS on this port",
            "https or http", .init { $0.text = $0.text.replacing("base_url: http:", with: "base_url: https:") }),
        Seeded(
            "an authority's file that is none", "joe.connection", .configuration, "cannot be read as PEM",
            "joe.ca_file",
            .init { $0.add("joe", "ca_file: \(try $0.write("ca.pem", "none"))") }),
        Seeded(
            "nobody listens", "joe.connection", .unavailable, "the connection is refused", "does the service run",
            .init { $0.set("base_url", try $0.deadAddress()) }),
        Seeded(
            "a name that does not exist", "joe.dns", .unavailable, "sandbox.invalid cannot be resolved", "getent hosts",
            .init { $0.set("base_url", "https://sandbox.invalid") }),
        Seeded(
            "a proxy that nobody runs", "joe.connection", .unavailable, "the proxy does not lead to", "joe.proxy",
            .init { $0.add("joe", "proxy: \(try $0.deadAddress())") }),
        Seeded(
            "a server that stays silent", "trustar.key", .unavailable, "no answer in time", "try again",
            .init(faults: #"{"rules": [{"fault": "hang", "mock": "trustar", "seconds": 30}]}"#, limits: DoctorLimits())),
    ]
}
