// Enclaves, quotas, redaction, ping, version.

import MockKit
import Synchronization

extension TruStarServer {
    var accountRoutes: [MockRoute] {
        [
            call("GET", "/enclaves", .exempt) { [self] in enclaves($0) },
            call("GET", "/request-quotas", .exempt) { [self] in quotas($0) },
            call("POST", "/redaction/report") { [self] in try redact($0) },
            call("GET", "/ping", .exempt) { _ in .text("pong\n") },
            call("GET", "/version", .exempt) { _ in .text("1.3\n") },
        ]
    }

    private func enclaves(_ request: MockRequest) -> MockResponse {
        .json(
            .array(
                options.enclaves.map { enclave in
                    [
                        "id": .string(enclave.id), "name": .string(enclave.name), "type": .string(enclave.type),
                        "templateName": .string(
                            enclave.type == "INTERNAL" ? "Private Enclave" : "\(enclave.type) source"),
                        "workflowSupported": .bool(enclave.type == "INTERNAL"), "read": .bool(enclave.read),
                        "create": .bool(enclave.create), "update": .bool(enclave.update),
                    ]
                }))
    }

    private func quotas(_ request: MockRequest) -> MockResponse {
        let day = request.time / 86_400_000
        let used = state.withLock { $0.quotaDay == day ? $0.quotaUsed : 0 }
        var random = SeededRandom(seed: options.seed, "trustar", "quota")
        return .json([
            [
                "guid": .string(random.uuid()), "maxRequests": .integer(options.dailyQuota),
                "usedRequests": .integer(used), "timeWindow": 86_400_000, "lastResetTime": .integer(day * 86_400_000),
                "nextResetTime": .integer((day + 1) * 86_400_000),
            ]
        ])
    }

    private func redact(_ request: MockRequest) throws -> MockResponse {
        guard let members = request.json?.object else { throw Self.bad("Required request body is missing") }
        func redacted(_ name: String) -> JSONValue {
            guard var text = members[name]?.scalarText else { return .null }
            for word in options.redactions where !word.isEmpty { text = text.replacing(word, with: "[REDACTED]") }
            return .string(text)
        }
        return .json(["title": redacted("title"), "reportBody": redacted("reportBody")])
    }
}
