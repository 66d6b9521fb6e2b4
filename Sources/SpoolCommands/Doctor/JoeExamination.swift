// Joe Sandbox, asked what costs nothing: its state, the account, one page of the list, and the first kilobyte of a report.
// (Joe Sandbox counts submissions only; none is made.)

import NIOCore
import Spool

struct JoeExamination: Sendable {
    let settings: Settings
    let program: String
    let way: ServiceExamination

    /// Analyses that are tried at most, should the newest ones be unfinished.
    private static let tries = 4

    func lines() async -> (lines: [Diagnosis], reading: DateWatch.Reading?) {
        let (there, isThere) = await way.wayThere()
        guard isThere else { return (there, nil) }
        guard settings.joe.apiKey != nil else { return (there + [.skip("joe.key", "there is no joe.api_key")], nil) }
        let (found, reading) = await way.withTransport { watch in try await ask(watch) }
        return (there + found, reading)
    }

    private func ask(_ watch: DateWatch) async throws -> [Diagnosis] {
        let clock = ContinuousClock()
        let end = clock.now + way.limits.service
        let clients = ServiceClients(settings, program: program)
        func client() throws -> JoeClient {
            try clients.joe(watch, patience: max(.milliseconds(100), min(way.limits.step, end - clock.now)))
        }
        let (first, second, third) = (try client(), try client(), try client())
        let online = await result { () async throws(Fault) in try await first.serverOnline() }
        let service = Judgement.joeService(online)
        // Refused by a gateway, or by nobody: the same would be said again.
        guard service.level == .ok else { return [service] }
        let account = await result { () async throws(Fault) in try await second.account() }
        let list = await result { () async throws(Fault) in try await third.analyses(after: nil) }
        let key = Judgement.joeKey(account, list: list)
        guard case .success(let page) = list, key.level == .ok else { return [service, key] }
        let type = try await reportType(page.webids, client)
        let quota = (try? account.get()).map { [Judgement.joeQuota($0)] } ?? []  // Appliances have no account.
        return [service, key, Judgement.joeReportType(settings.joe.reportType.rawValue, type)] + quota
    }

    // MARK: The report type

    private struct Enough: Error {}
    private enum Answer { case comes, denied, notThis, fault(Fault) }

    private func reportType(_ webids: [String], _ client: () throws -> JoeClient) async throws -> Judgement.TypeFact {
        let wanted = settings.joe.reportType
        for webid in webids.prefix(Self.tries) {
            switch try await begin(webid, wanted, client()) {
            case .comes: return .allowed
            case .fault(let fault): return .fault(fault)
            case .notThis: continue
            case .denied:
                var others: [String] = []
                for other in Settings.ReportType.allCases where other != wanted {
                    if case .comes = try await begin(webid, other, client()) { others.append(other.rawValue) }
                }
                return .denied(others: others)
            }
        }
        return .unknown(webids.isEmpty ? "there is no analysis to try it with" : "the newest analyses are not ready")
    }

    /// Asks for a report and hangs up as soon as it comes.
    private func begin(_ webid: String, _ type: Settings.ReportType, _ client: JoeClient) async throws -> Answer {
        do {
            try await client.download(webid, type: type.rawValue, run: nil) { _ in throw Enough() }
            return .comes
        } catch is Enough {
            return .comes
        } catch let fault as Fault {
            switch fault.code {
            case .licence: return .denied
            // It came, in its encrypted form.
            case .encrypted: return .comes
            case .rejected: return .notThis
            case .notFound, .serverError, .forbidden: return .notThis
            case .dns, .connect, .tls, .proxy, .timedOutBeforeSending, .timedOut, .connectionLost, .unauthorized,
                .quota,
                .maintenance, .rateLimited, .unavailable, .tooLarge, .conflict, .truncated, .notJSON, .htmlAnswer,
                .malformed, .redirect, .local, .cancelled:
                return .fault(fault)
            }
        }
    }
}

/// The outcome of a call as a value.
func result<Value>(_ body: () async throws(Fault) -> Value) async -> Result<Value, Fault> {
    do throws(Fault) {
        return .success(try await body())
    } catch {
        return .failure(error)
    }
}
