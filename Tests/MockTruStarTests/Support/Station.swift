// A client for the tests: real requests to a running mock, with a token fetched when one is needed.

import AsyncHTTPClient
import MockKit
import MockTruStar
import NIOCore
import NIOHTTP1

struct Answer: Sendable {
    let status: Int
    let text: String
    let headers: [String: String]

    var json: JSONValue? { try? JSONValue(parsing: Array(text.utf8)) }
    var items: [JSONValue] { json?["items"]?.array ?? [] }
    var ids: [String] { items.compactMap { $0["id"]?.string } }
    var message: String? { json?["message"]?.string }
}

struct Station: Sendable {
    static let enclave = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"
    static let archive = "3cad4e60-7f82-4b5c-9d9e-2a3f4b5c6d7e"
    static let open = "1a8b2c4e-5d60-4f3a-9b7c-0e1d2f3a4b5c"
    static let basic = "Basic bW9jay1rZXk6bW9jay1zZWNyZXQ="

    let url: String
    let server: MockServer
    let mock: TruStarServer
    var token = ""

    func send(
        _ method: String, _ path: String, body: String? = nil, headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        for (name, value) in headers { request.headers.add(name: name, value: value) }
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        let text = String(buffer: try await response.body.collect(upTo: 1 << 24))
        let fields = Dictionary(response.headers.map { ($0.name.lowercased(), $0.value) }, uniquingKeysWith: { $1 })
        return Answer(status: Int(response.status.code), text: text, headers: fields)
    }

    func newToken(_ body: String? = "grant_type=client_credentials", query: String = "") async throws -> Answer {
        try await send("POST", "/oauth/token" + query, body: body, headers: [("Authorization", Self.basic)])
    }

    /// A call of the API.
    func call(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> Answer {
        try await send(
            method, "/api/1.3" + path, body: body.map { String(decoding: $0.bytes, as: UTF8.self) },
            headers: [("Authorization", "Bearer " + token), ("Content-Type", "application/json")])
    }

    func get(_ path: String) async throws -> Answer { try await call("GET", path) }

    /// Submits and gives the answer: the id, when all is well.
    @discardableResult
    func submit(
        _ externalID: String?, title: String = "title", body: String = "body", enclave: String = Station.enclave,
        _ further: [String: JSONValue] = [:]
    ) async throws -> Answer {
        try await call("POST", "/reports", Self.report(externalID, title: title, body: body, enclave: enclave, further))
    }

    static func report(
        _ externalID: String?, title: String = "title", body: String = "body", enclave: String = Station.enclave,
        _ further: [String: JSONValue] = [:]
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "title": .string(title), "reportBody": .string(body), "enclaveIds": [.string(enclave)],
            "externalTrackingId": externalID.map(JSONValue.string) ?? .null,
        ]
        members.merge(further) { $1 }
        return .object(members)
    }
}

/// A mock whose clock stands still (so that nothing depends on how fast a test runs), and a client with a token.
func withStation<Result: Sendable>(
    faults: JSONValue? = nil, _ configure: (inout TruStarOptions) -> Void = { _ in },
    body: (Station) async throws -> Result
) async throws -> Result {
    var options = TruStarOptions()
    configure(&options)
    let mock = TruStarServer(options)
    var serving = MockServerOptions()
    serving.admin = true
    serving.clock = VirtualClock(frozenAt: 1_780_000_000_000)
    if let faults { serving.faults = try FaultPlan(faults) }
    let server = try MockServer(mock, options: serving)
    return try await withMocks(server) { urls in
        var station = Station(url: urls[0], server: server, mock: mock)
        station.token = try await station.newToken().json?["access_token"]?.string ?? ""
        return try await body(station)
    }
}
