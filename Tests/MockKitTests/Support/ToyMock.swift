// A mock as small as can be: counts creations by key, lists, streams. What MockKit promises is tested on it.

import HTTPTypes
import MockKit
import NIOCore
import Synchronization

final class ToyMock: Mock {
    private let created = Mutex<[String: Int]>([:])
    private let changes = Mutex(0)

    let name = "toy"
    let bodyLimit = 1000
    let secretFields: Set<String> = ["apikey"]
    let delegatedFaults: Set<FaultName> = [.notReady]
    let vendorErrorCodes = ["7"]
    let assertions = [AssertionKind("created-once", isDefault: true)]

    var routes: [MockRoute] {
        [
            MockRoute("POST", "/things/{id}") { [self] in create($0) },
            MockRoute("GET", "/things/{id}") { [self] in try look($0) },
            MockRoute("GET", "/things/first") { _ in .text("the first") },
            MockRoute("GET", "/stream/{count}") { request in
                let count = Int(request.parameters["count"] ?? "") ?? 0
                return MockResponse(
                    body: .stream(length: request.query["length"].flatMap(Int.init)) { writer in
                        for _ in 0..<count { try await writer.write(ByteBuffer(string: "0123456789")) }
                    })
            },
            MockRoute("GET", "/time") { .text(String($0.time)) },
        ]
    }

    private func create(_ request: MockRequest) -> MockResponse {
        let id = request.parameters["id"] ?? ""
        created.withLock { $0[id, default: 0] += 1 }
        changes.withLock { $0 += 1 }
        return .json(["id": .string(id), "note": "made"], effect: "created")
    }

    private func look(_ request: MockRequest) throws -> MockResponse {
        let id = request.parameters["id"] ?? ""
        guard let count = created.withLock({ $0[id] }), !request.hasFault(.notReady) else {
            throw RefusalError(.status(404, message: "no \(id)"))
        }
        return .json(["id": .string(id), "count": .integer(count)])
    }

    func key(of request: MockRequest) -> String? { request.parameters["id"] }

    func refusal(_ refusal: Refusal, to request: MockRequest) -> MockResponse {
        switch refusal {
        case .unknownRoute: .text("unknown", status: 404)
        case .wrongMethod: .text("method", status: 405)
        case .badRequest(let text): .text(text, status: 400)
        case .tooLarge: .text("large", status: 413)
        case .wrongCredentials: .text("credentials", status: 401)
        case .tokenExpired: .text("expired", status: 400)
        case .rateLimited(let wait): limited(wait)
        case .vendor(let code): .text("code \(code)", status: 418)
        case .status(let status, let message): .text(message ?? "status", status: status)
        }
    }

    private func limited(_ wait: Int) -> MockResponse {
        var response = MockResponse.json(["waitTime": .integer(wait)], status: 429)
        response.waitTime = wait
        return response
    }

    func decorate(_ response: inout MockResponse, for request: MockRequest) {
        if let name = HTTPField.Name("Trace-Id") { response.headers[name] = "t\(request.number)" }
    }

    func check(_ assertion: Assertion) throws -> AssertionResult {
        let twice = created.withLock { $0.filter { $0.value > 1 }.keys.sorted() }
        return AssertionResult(
            assertion, checked: created.withLock { $0.count }, offenders: twice.map(JSONValue.string),
            summary: "\(twice.count) made twice")
    }

    func reset() { created.withLock { $0 = [:] } }
    func dump() throws -> JSONValue { .object(created.withLock { $0.mapValues(JSONValue.integer) }) }
    func load(_ state: JSONValue) throws {
        guard let members = state.object else { throw MockError("a state is an object") }
        created.withLock { $0 = members.compactMapValues(\.integer) }
    }
    var revision: Int { changes.withLock { $0 } }
}

/// Runs a toy mock with options, for the length of `body`.
func withToy<Result: Sendable>(
    faults: JSONValue? = nil, _ configure: (inout MockServerOptions) -> Void = { _ in },
    body: (MockServer, Wire) async throws -> Result
) async throws -> Result {
    var options = MockServerOptions()
    options.admin = true
    if let faults { options.faults = try FaultPlan(faults) }
    configure(&options)
    let server = try MockServer(ToyMock(), options: options)
    return try await withMocks(server) { try await body(server, Wire($0[0])) }
}
