// TruSTAR, asked what its daily quota does not count: a token, the list of enclaves, the quotas. The three calls are entered
// into the spool's pace, so that the other processes leave room for them; they wait only if TruSTAR asked all to wait.

import Spool

struct TruStarExamination: Sendable {
    let settings: Settings
    let program: String
    let way: ServiceExamination
    /// Where tokens come from, if that is elsewhere.
    let tokens: ServiceExamination?
    /// nil: there is none to keep the pace with.
    let spool: SpoolStore?

    func lines() async -> (lines: [Diagnosis], reading: DateWatch.Reading?) {
        var (there, isThere) = await way.wayThere()
        if isThere, let tokens {
            let second = await tokens.wayThere()
            there += second.lines
            isThere = second.isThere
        }
        guard isThere else { return (there, nil) }
        guard settings.trustar.apiKey != nil, settings.trustar.apiSecret != nil else {
            return (there + [.skip("trustar.key", "trustar.api_key or trustar.api_secret is not there")], nil)
        }
        let (found, reading) = await way.withTransport { watch in try await ask(watch) }
        return (there + found, reading)
    }

    private func ask(_ watch: DateWatch) async throws -> [Diagnosis] {
        let client = try ServiceClients(settings, program: program)
            .truStar(watch, patience: way.limits.step, pace: pace)
        let enclaves = await result { () async throws(Fault) in try await client.enclaves().value }
        let key = Judgement.truStarKey(enclaves)
        guard case .success(let all) = enclaves else { return [key] }
        let trustar = settings.trustar
        let enclave = Judgement.enclave(trustar.enclaveID, all, updates: trustar.onExisting == .update)
        let quotas = await result { () async throws(Fault) in try await client.requestQuotas().value }
        return [key, enclave, Judgement.truStarQuota(quotas, now: way.now())]
    }

    private var pace: Pace? {
        guard let spool else { return nil }
        let gap = Duration.seconds(60) / max(1, settings.trustar.callsPerMinute)
        return { (_: CallKind) async throws(Fault) in
            // A spool that cannot keep the pace has its own line.
            let turn = try? await BlockingPool.shared.run { try spool.reserveCall(to: CallPace.destination, gap: gap) }
            if case .paused(let pause)? = turn { throw Fault(pause, now: spool.now()) }
        }
    }
}
