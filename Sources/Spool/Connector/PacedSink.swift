// A sink that thinks of all the processes on the spool: no report is begun that the daily quota has no room for, and who is
// told to wait tells the others. A 429 counts for all of them.

struct PacedSink: ReportSink {
    private let sink: any ReportSink
    private let spool: SpoolStore
    private let quota: DailyQuota

    init(_ sink: any ReportSink, spool: SpoolStore, quota: DailyQuota) {
        self.sink = sink
        self.spool = spool
        self.quota = quota
    }

    func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String> {
        try await heeding { () async throws(Fault) in
            // Its tags are a second call, and count.
            try await begin(DailyQuota.newReport)
            return try await sink.create(report)
        }
    }

    func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?> {
        try await heeding { () async throws(Fault) in
            try await begin(DailyQuota.knownReport)
            return try await sink.find(externalID: externalID)
        }
    }

    func update(_ report: OutgoingReport) async throws(Fault) -> Traced<Void> {
        try await heeding { () async throws(Fault) in try await sink.update(report) }
    }

    func tags(of id: String) async throws(Fault) -> Traced<[String]> {
        try await heeding { () async throws(Fault) in try await sink.tags(of: id) }
    }

    func alterTags(of id: String, add: [String], remove: [String]) async throws(Fault) -> Traced<Void> {
        try await heeding { () async throws(Fault) in try await sink.alterTags(of: id, add: add, remove: remove) }
    }

    /// A pause that this process or another one was told to make.
    func obstacle() async -> Fault? {
        let spool = spool
        // What cannot be read does not pause anybody; the call itself meets the same trouble, and tells.
        let pause = try? await BlockingPool.shared.run {
            try spool.callPause(to: CallPace.destination) ?? spool.callPause(to: CallPace.quota)
        }
        return pause.map { Fault($0, now: spool.now()) }
    }

    func explained(_ fault: Fault, enclave id: String) async -> Fault { await sink.explained(fault, enclave: id) }

    private func begin(_ calls: Int) async throws(Fault) {
        do throws(Fault) {
            try await quota.take(calls)
        } catch {
            await pause(CallPace.quota, error)
            throw error
        }
    }

    private func heeding<Value>(_ call: () async throws(Fault) -> Value) async throws(Fault) -> Value {
        do {
            return try await call()
        } catch {
            // Only what TruSTAR itself said: a pause that stands already must not make itself longer.
            if error.status == 429 { await pause(CallPace.destination, error) }
            throw error
        }
    }

    private func pause(_ destination: String, _ fault: Fault) async {
        guard let wait = fault.retryAfter else { return }
        let spool = spool
        let pause = CallPause(until: spool.now() + wait, code: fault.code.rawValue, reason: fault.message)
        // The stage of this process waits in any case; the others learn it at their own expense then.
        try? await BlockingPool.shared.finish { try spool.pauseCalls(to: destination, pause) }
    }
}
