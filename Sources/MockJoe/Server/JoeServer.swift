// A Joe Sandbox server, as far as clients can tell: every call that the official client makes outside Joe Lab.
//
// It is a `Mock`: MockKit listens, journals, plans faults, administers. Here are only the calls and the state
// behind one lock. A call works on a snapshot of the state (a value) and on the virtual time of its request; only
// submissions, deletions and the counting of downloads change anything.

import HTTPTypes
public import MockKit
import NIOCore
import Synchronization

/// The mock of Joe Sandbox.
public final class JoeServer: Mock, Sendable {
    public let name = "joe"
    public let options: JoeOptions
    let clock: VirtualClock
    let library: Library
    let generator: ReportGenerator
    let uploads = Uploads()
    private let box: Mutex<(state: JoeState, revision: Int)>

    /// Generates nothing yet; `clock` is the one that the server runs with (`MockServerOptions.clock`).
    ///
    /// - Throws: when the folder of reports cannot be read.
    public init(_ options: JoeOptions = JoeOptions(), clock: VirtualClock = VirtualClock()) throws {
        self.options = options
        self.clock = clock
        library = try Library(options)
        let catalogue = library.catalogue ?? Catalogue(seed: options.seed, count: 0)
        generator = ReportGenerator(catalogue: catalogue, reportSize: options.reportSize, product: options.product)
        box = Mutex((JoeServer.born(options, library, at: clock.now), 0))
    }

    private static func born(_ options: JoeOptions, _ library: Library, at time: Int) -> JoeState {
        JoeState(seed: options.seed, born: library.count, begun: time, nextWebid: library.nextWebid)
    }

    /// The state as it is now; a value.
    var state: JoeState { box.withLock { $0.state } }

    func change<Result: Sendable>(_ body: (inout JoeState) throws -> sending Result) rethrows -> sending Result {
        try box.withLock { box in
            defer { box.revision += 1 }
            return try body(&box.state)
        }
    }

    // MARK: What a test wants to know

    /// Webids that can be downloaded and read at `time` (milliseconds; now, if nil): finished, not encrypted, not
    /// broken. Newest first.
    public func fetchableWebids(at time: Int? = nil) -> [String] {
        let time = time ?? clock.now
        let state = state
        return listing(state, after: nil, most: Int.max, reverser: false, time: time).compactMap { item in
            guard let entry = library.entry(item.webid, state, time: time), entry.phase == .finished else { return nil }
            return entry.analysis.encrypted || entry.analysis.broken ? nil : item.webid
        }
    }

    /// Webids that `analysis/list` has at `time`, newest first.
    public func listedWebids(at time: Int? = nil) -> [String] {
        listing(state, after: nil, most: Int.max, reverser: false, time: time ?? clock.now).map(\.webid)
    }

    /// Score and detection of an analysis (malicious, suspicious, clean, unknown); nil when there is none.
    public func finding(_ webid: String) -> (score: Int, detection: String)? {
        library.entry(webid, state, time: clock.now).map { ($0.analysis.score, $0.analysis.verdict.rawValue) }
    }

    // MARK: Mock

    public var bodyLimit: Int { 128 * 1024 * 1024 }
    public var secretFields: Set<String> {
        ["apikey", "archive-password", "document-password", "office-files-password", "encrypt-with-password"]
    }
    public var delegatedFaults: Set<FaultName> { [.listingChanges, .duplicateItems, .notReady] }
    public var vendorErrorCodes: [String] { JoeErrorCode.allCases.map { String($0.rawValue) } }

    public func key(of request: MockRequest) -> String? {
        // A form that cannot be read names nothing; the call itself will say so.
        guard let form = try? JoeForm(request) else { return nil }
        return form["webid"] ?? form["submission_id"]
    }

    public func principal(of request: MockRequest) -> String {
        guard let form = try? JoeForm(request) else { return name }  // see above
        return form["apikey"] ?? name
    }

    public func refusal(_ refusal: Refusal, to request: MockRequest) -> MockResponse {
        var response = JoeError(refusal).response
        if case .rateLimited(let wait) = refusal {
            response.waitTime = wait
            response.headers[.retryAfter] = String((wait + 999) / 1000)
        }
        return response
    }

    /// An answer to HEAD ends with its headers; bytes behind them would be taken for the next answer.
    public func decorate(_ response: inout MockResponse, for request: MockRequest) {
        if request.method == "HEAD" { response.body = .bytes(ByteBuffer()) }
    }

    public func reset() {
        uploads.clear()
        change { $0 = JoeServer.born(options, library, at: clock.now) }
    }

    public func dump() throws -> JSONValue { try JSONValue(encoding: state) }

    public func load(_ value: JSONValue) throws {
        let loaded: JoeState
        do {
            loaded = try value.decoded(as: JoeState.self)
        } catch {
            throw MockError("this is not a state of the Joe Sandbox mock")
        }
        guard loaded.format == JoeState.format else {
            throw MockError("a state of format \(loaded.format) cannot be read")
        }
        guard loaded.seed == options.seed, loaded.born == library.count else {
            throw MockError(
                "this state belongs to seed \(loaded.seed) with \(loaded.born) analyses, "
                    + "not to seed \(options.seed) with \(library.count)"
            )
        }
        guard loaded.isSound else { throw MockError("this state has numbers that no server of this kind has") }
        uploads.clear()
        change { $0 = loaded }
    }

    public var revision: Int { box.withLock { $0.revision } }
}
