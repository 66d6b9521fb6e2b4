// The way to one service: name, then connection; what depends on them is only asked if they are there.

import Spool
import SystemPackage

/// How long `doctor` waits.
struct DoctorLimits: Sendable {
    /// For one answer.
    var step: Duration
    /// For one service; services are asked side by side.
    var service: Duration

    /// A test on a busy machine has more patience.
    @TaskLocal static var current = DoctorLimits()

    init(step: Duration = .seconds(4), service: Duration = .seconds(10)) {
        self.step = step
        self.service = service
    }
}

struct ServiceExamination: Sendable {
    let words: ServiceWords
    let address: WebAddress
    let connection: Settings.Connection
    let limits: DoctorLimits
    let now: Now

    /// Both lines, and whether there is a connection.
    func wayThere() async -> (lines: [Diagnosis], isThere: Bool) {
        let proxy = connection.proxy?.host
        let host = proxy ?? address.host
        let outcome = await NameProbe.look(host, limit: min(limits.step, connection.connectTimeout))
        let name = Judgement.name(words, host: host, viaProxy: proxy != nil, outcome)
        guard name.level == .ok else { return ([name], false) }
        let line = await connectionLine()
        return ([name, line], line.level == .ok || line.level == .warn)
    }

    private func connectionLine() async -> Diagnosis {
        let port = address.port ?? (address.isPlain ? 80 : 443)
        let probe = ConnectionProbe(
            host: address.host, port: port, isTLS: !address.isPlain, options: options,
            limit: min(limits.step, connection.connectTimeout))
        do throws(Fault) {
            let outcome = try await probe.look()
            return Judgement.connection(words, host: address.host, port: port, outcome, now: now())
        } catch {
            let named = ["ca_file", "client_certificate", "client_key"].map { "\(words.settings).\($0)" }
            return .fail(
                "\(words.section).connection", .configuration, "\(error)",
                "check \(named.joined(separator: ", ")): each must name a file in PEM form")
        }
    }

    var options: TransportOptions {
        var patient = connection
        patient.connectTimeout = min(limits.step, connection.connectTimeout)
        return patient.options(silence: limits.step, connections: 4)
    }

    /// Runs `body` with a transport that watches the server's clock, then closes it.
    func withTransport(
        _ body: (DateWatch) async throws -> [Diagnosis]
    ) async -> (lines: [Diagnosis], reading: DateWatch.Reading?) {
        do {
            let transport = try AsyncHTTPClientTransport(options)
            let watch = DateWatch(transport, now: now)
            do {
                let lines = try await body(watch)
                await transport.shutdown()
                return (lines, watch.reading)
            } catch {
                await transport.shutdown()
                throw error
            }
        } catch {
            // A key that is missing, an address that cannot be used: what the stages would stop on, too.
            let line = Diagnosis.fail(
                "\(words.section).service", Ending.status(of: error), "\(error)",
                "check the section '\(words.settings)' of the configuration")
            return ([line], nil)
        }
    }
}
