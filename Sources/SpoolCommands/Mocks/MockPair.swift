// The mocks that were asked for, from options to running servers.

import FoundationEssentials
import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage

struct MockPair: Sendable {
    private let joe: MockServer?
    private let trustar: MockServer?
    private let joeOptions: JoeOptions
    private let trustarOptions: TruStarOptions
    private let authority: Authority?

    /// A certificate's authority, and the file that clients are given.
    private struct Authority: Sendable {
        let tls: MockTLS
        let file: FilePath
        let isTemporary: Bool
    }

    init(_ server: MockCommand.Server?, _ place: MockPlaceOptions, _ content: MockContentOptions) throws {
        let (joeOptions, trustarOptions) = (Self.joeOptions(content), try Self.trustarOptions(content))
        (self.joeOptions, self.trustarOptions) = (joeOptions, trustarOptions)
        authority = try Self.authority(place)
        if let state = place.state { try Kernel.makeDirectory(Paths.absolute(state)) }
        var base = MockServerOptions()
        base.host = place.host
        base.admin = place.hasAdmin
        base.seed = content.seed
        base.tls = authority?.tls
        let plan = try content.faults.map(FaultFile.read)
        joe =
            server == .trustar
            ? nil
            : try Self.serve(base, place.port ?? place.joePort, place.state, plan, "joe") {
                try JoeServer(joeOptions, clock: $0)
            }
        trustar =
            server == .joe
            ? nil
            : try Self.serve(base, place.port ?? place.trustarPort, place.state, plan, "trustar") { _ in
                TruStarServer(trustarOptions)
            }
    }

    private static func serve(
        _ base: MockServerOptions, _ port: Int, _ state: String?, _ plan: FaultPlan?, _ name: String,
        _ make: (VirtualClock) throws -> any Mock
    ) throws -> MockServer {
        var options = base
        options.port = port
        options.clock = VirtualClock()
        options.faults = plan
        options.companions = ["joe", "trustar"]
        options.stateFile = state.map { Paths.absolute($0).appending("\(name).json").string }
        return try translating { try MockServer(make(options.clock), options: options) }
    }

    private static func joeOptions(_ content: MockContentOptions) -> JoeOptions {
        var options = JoeOptions()
        options.seed = content.seed
        options.analyses = content.analyses
        options.reportSize = content.reportSize?.bytes
        options.reportsDirectory = content.reports.map { Paths.absolute($0).string }
        return options
    }

    private static func trustarOptions(_ content: MockContentOptions) throws -> TruStarOptions {
        var options = TruStarOptions()
        options.seed = content.seed
        guard let duplicates = TruStarOptions.DuplicateIDs(rawValue: content.duplicateIDs) else {
            throw CommandFailure(
                .usage, "--duplicate-ids must be reject, accept or update, not '\(content.duplicateIDs)'")
        }
        guard let enclave = TruStarOptions.UnknownEnclave(rawValue: content.unknownEnclave) else {
            throw CommandFailure(.usage, "--unknown-enclave must be 403 or 404, not \(content.unknownEnclave)")
        }
        options.duplicateIDs = duplicates
        options.unknownEnclave = enclave
        options.visibilityDelay = (content.visibilityDelay?.duration).map { Int($0 / .milliseconds(1)) } ?? 0
        return options
    }

    private static func authority(_ place: MockPlaceOptions) throws -> Authority? {
        guard place.hasTLS else { return nil }
        let tls = try translating { try MockTLS(flaw: place.tlsFlaw.flatMap { MockTLS.Flaw(rawValue: $0) }) }
        let named = place.caFile.map(Paths.absolute) ?? place.state.map { Paths.absolute($0).appending("ca.pem") }
        let temporary = FilePath(FileManager.default.temporaryDirectory.path)
            .appending("spoolctl-mock-ca-\(UInt32.random(in: 0 ... .max)).pem")
        return Authority(tls: tls, file: named ?? temporary, isTemporary: named == nil)
    }

    /// Serves until cancelled or shut down; `ready` gets the URLs by the mocks' names once all of them answer.
    func run(_ ready: @escaping @Sendable ([String: String]) throws -> Void) async throws {
        if let authority { try WholeFile.replace(authority.file, with: Array(authority.tls.authority.utf8)) }
        // A file in the temporary folder that stays is no harm.
        defer { if let authority, authority.isTemporary { try? Kernel.unlink(authority.file) } }
        let servers = [joe, trustar].compactMap(\.self)
        try await Self.translating {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for server in servers { group.addTask { try await server.run() } }
                var urls: [String: String] = [:]
                for server in servers { urls[server.mock.name] = try await server.url }
                try ready(urls)
                try await group.waitForAll()
            }
        }
    }

    /// Tells where they are, and what a client needs.
    func announce(_ urls: [String: String], isJSON: Bool) throws {
        let out = Surroundings.current.out
        let enclave = trustarOptions.enclaves.first?.id
        if isJSON {
            try out.line(
                .object([
                    .init(
                        "joe",
                        urls["joe"].map {
                            .object([
                                .init("url", $0), .init("apiUrl", "\($0)/api"), .init("apiKey", joeOptions.apiKey),
                            ])
                        }),
                    .init(
                        "trustar",
                        urls["trustar"].map {
                            .object([
                                .init("url", $0), .init("apiUrl", "\($0)/api/1.3"),
                                .init("authUrl", "\($0)/oauth/token"),
                                .init("apiKey", trustarOptions.key), .init("apiSecret", trustarOptions.secret),
                                .init("enclave", enclave),
                            ])
                        }),
                    .init("ca", authority?.file.string),
                ]))
        } else {
            if let url = urls["joe"] { try out.line("\(url)  Joe Sandbox: API \(url)/api, key \(joeOptions.apiKey)") }
            if let url = urls["trustar"] {
                let credentials = "key \(trustarOptions.key), secret \(trustarOptions.secret)"
                try out.line("\(url)  TruSTAR: API \(url)/api/1.3, \(credentials)")
            }
            if let authority { try out.line(Visible("CA file: \(authority.file)").description) }
        }
        try out.flush()
    }

    /// The mocks' complaints are about what the user gave: plans, folders, ports.
    private static func translating<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let error as MockError { throw CommandFailure(.cannotCreate, "\(error)") }
    }

    private static func translating<Result>(_ body: () async throws -> Result) async throws -> Result {
        do { return try await body() } catch let error as MockError { throw CommandFailure(.cannotCreate, "\(error)") }
    }
}
