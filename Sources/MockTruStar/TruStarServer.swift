// A TruSTAR server, API 1.3, in memory: what the vendor's pages and the official client say, nothing of our own
// connector. MockKit serves it; this type is its routes, its state behind one lock, and its answers about itself.

import HTTPTypes
public import MockKit
import Synchronization

/// A TruSTAR that forgets everything unless it is given a state file.
public final class TruStarServer: Mock {
    public let options: TruStarOptions
    let state = Mutex(TruStarState())

    public init(_ options: TruStarOptions = TruStarOptions()) {
        self.options = options
    }

    /// All reports, oldest first, as they are now; not visible ones included.
    public var reports: [TruStarReport] {
        state.withLock { state in
            state.all.map { report in
                var report = report
                if let externalID = report.externalID {
                    report.createdCount = state.creations[TruStarState.slot(report.enclaveID, externalID)] ?? 1
                }
                return report
            }
        }
    }

    /// How many tokens were asked for.
    public var tokenRequests: Int { state.withLock { $0.tokenRequests } }

    // MARK: Mock

    public var name: String { "trustar" }
    public var bodyLimit: Int { 32 * 1024 * 1024 }
    public var secretFields: Set<String> { ["access_token", "client_secret"] }
    public var delegatedFaults: Set<FaultName> { [.listingChanges, .duplicateItems, .notReady] }
    public var vendorErrorCodes: [String] { VendorError.allCases.map(\.rawValue) }

    public var routes: [MockRoute] {
        tokenRoutes + reportRoutes + listRoutes + tagRoutes + indicatorRoutes + indicatorListRoutes + exportRoutes
            + whitelistRoutes + triageRoutes + accountRoutes
    }

    public func key(of request: MockRequest) -> String? {
        if request.route == "POST /api/1.3/reports" || request.route == "POST /api/1.3/reports/upsert" {
            return request.json?["externalTrackingId"]?.scalarText
        }
        guard let id = request.parameters["id"], request.path.hasPrefix("/api/1.3/reports/") else { return nil }
        if request.query["idType"]?.lowercased() == "external" { return id }
        return state.withLock { $0.reports[id]?.externalID } ?? id
    }

    /// One user; asking for tokens is not among the calls that are limited.
    public func principal(of request: MockRequest) -> String {
        request.path == "/oauth/token" ? "token" : "user"
    }

    public func decorate(_ response: inout MockResponse, for request: MockRequest) {
        var random = SeededRandom(seed: options.seed, "trustar", "trace", String(request.number))
        if let name = HTTPField.Name("Trace-Id") { response.headers[name] = random.uuid() }
    }

    public func reset() {
        state.withLock { state in
            let revision = state.revision
            state = TruStarState()
            state.revision = revision + 1
        }
    }

    public func dump() throws -> JSONValue { try JSONValue(encoding: state.withLock { $0 }) }

    public func load(_ document: JSONValue) throws {
        let loaded: TruStarState
        do {
            loaded = try document.decoded(as: TruStarState.self)
        } catch {
            throw MockError("not the state of a TruSTAR mock: \(error)")
        }
        state.withLock { state in
            let revision = state.revision
            state = loaded
            state.revision = max(revision, loaded.revision) + 1
        }
    }

    public var revision: Int { state.withLock { $0.revision } }
}
