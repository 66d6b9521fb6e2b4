// Both servers, a spool and a configuration for them, to be made ill in one way at a time and then looked at by `doctor`.

import FoundationEssentials
import MockJoe
import MockKit
import MockTruStar
import Spool
import SystemPackage
import TestSupport

@testable import SpoolCommands

struct Clinic: Sendable {
    let folder: FilePath
    let spool: SpoolStore
    /// Lines of the configuration by their first words, to be replaced.
    var text: String
    /// Kept until `doctor` has looked.
    private var ports: [RefusingPort] = []

    private init(folder: FilePath, spool: SpoolStore, text: String) {
        (self.folder, self.spool, self.text) = (folder, spool, text)
    }

    /// Where nobody listens.
    mutating func deadAddress() throws -> String {
        let port = try RefusingPort()
        ports.append(port)
        return "http://127.0.0.1:\(port.number)"
    }

    /// What is wrong from the start.
    struct Illness: Sendable {
        var joe: @Sendable (inout JoeOptions) -> Void = { _ in }
        var trustar: @Sendable (inout TruStarOptions) -> Void = { _ in }
        /// A fault plan as JSON.
        var faults: String?
        var tls: MockTLS?
        /// Afterwards: the configuration and the spool.
        var change: @Sendable (inout Clinic) throws -> Void = { _ in }
        var arguments: [String] = []
        /// Only what is about silence is in a hurry.
        var limits = DoctorLimits(step: .seconds(60), service: .seconds(120))
    }

    static func examine(_ illness: Illness = Illness()) async throws -> Examined {
        var (joe, trustar, options) = (JoeOptions(), TruStarOptions(), MockServerOptions())
        joe.analyses = 3
        illness.joe(&joe)
        illness.trustar(&trustar)
        options.tls = illness.tls
        options.companions = ["joe", "trustar"]
        options.faults = try illness.faults.map { try FaultPlan(json: Array($0.utf8)) }
        var trustarServing = options
        (options.clock, trustarServing.clock) = (VirtualClock(), VirtualClock())
        let servers = [
            try MockServer(JoeServer(joe, clock: options.clock), options: options),
            try MockServer(TruStarServer(trustar), options: trustarServing),
        ]
        return try await withTemporaryFolder { folder in
            let spool = try SpoolStore.create(
                at: folder.appending("spool"), program: "test", now: Surroundings.systemTime)
            return try await withMocks(servers[0], servers[1]) { urls in
                var clinic = Clinic(folder: folder, spool: spool, text: Self.configuration(urls))
                try illness.change(&clinic)
                let path = folder.appending("config.yaml")
                if try Kernel.status(path) == nil { try WholeFile.replace(path, with: Array(clinic.text.utf8)) }
                let examined = try await DoctorLimits.$current.withValue(illness.limits) {
                    try await Examined(path, illness.arguments)
                }
                withExtendedLifetime(clinic) {}
                return examined
            }
        }
    }

    /// Puts another value in place of a key's; the key's section is the first one that has it unless `last`.
    mutating func set(_ key: String, _ value: String, last: Bool = false) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let isIt: (String) -> Bool = { $0.hasPrefix("  \(key):") }
        if let index = last ? lines.lastIndex(where: isIt) : lines.firstIndex(where: isIt) {
            lines[index] = "  \(key): \(value)"
        }
        text = lines.joined(separator: "\n")
    }

    /// Adds a key to a section.
    mutating func add(_ section: String, _ line: String) {
        text = text.replacing("\(section):\n", with: "\(section):\n  \(line)\n")
    }

    func write(_ name: String, _ text: String, mode: UInt32 = 0o600) throws -> FilePath {
        let path = folder.appending(name)
        try WholeFile.replace(path, with: Array(text.utf8))
        try Kernel.setMode(path, mode)
        return path
    }

    private static func configuration(_ urls: [String]) -> String {
        """
        spool:
          path: spool
          min_free: 1MB
          retention: {done_size: 1MB}
        joe:
          base_url: \(urls[0])
          api_key: \(String(repeating: "mock", count: 16))
        trustar:
          api_url: \(urls[1])/api/1.3
          auth_url: \(urls[1])/oauth/token
          api_key: mock-key
          api_secret: mock-secret
          enclave_id: 7a33144f-aef3-442b-87d4-dbf70d8afdb0
        """
    }
}

/// What `doctor` said.
struct Examined: Sendable {
    struct Line: Decodable {
        let kind: String
        let check: String?
        let level: String?
        let message: String?
        let remedy: String?
        let exit: Int?
        let milliseconds: Int?
    }

    let status: EndStatus
    let output: String
    let lines: [Line]

    init(_ config: FilePath, _ arguments: [String] = [], environment: [String: String] = [:]) async throws {
        let run = await Run(
            ["doctor", "--json", "-q", "--config", config.string] + arguments, environment: environment,
            now: Surroundings.systemTime)
        status = run.status
        output = run.out + run.talk
        lines = try run.outLines.map { try JSONDecoder().decode(Line.self, from: Data($0.utf8)) }
    }

    func all(_ check: String) -> [Line] { lines.filter { $0.check == check } }
    func level(_ check: String) -> String? { all(check).first?.level }
    var summary: Line? { lines.last }
}
