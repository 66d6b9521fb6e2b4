// A sink that tells the other processes when it was told to wait: a 429 counts for all of them.

struct PacedSink: ReportSink {
    private let sink: any ReportSink
    private let spool: SpoolStore

    init(_ sink: any ReportSink, spool: SpoolStore) {
        self.sink = sink
        self.spool = spool
    }

    func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String> {
        try await heeding { () async throws(Fault) in try await sink.create(report) }
    }

    func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?> {
        try await heeding { () async throws(Fault) in try await sink.find(externalID: externalID) }
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

    private func heeding<Value>(_ call: () async throws(Fault) -> Value) async throws(Fault) -> Value {
        do {
            return try await call()
        } catch {
            if error.code == .rateLimited, let wait = error.retryAfter {
                let (spool, until) = (spool, spool.now() + wait)
                // The stage of this process waits in any case; the others learn it at their own expense then.
                try? await BlockingPool.shared.run {
                    try spool.pauseCalls(to: CallPace.destination, until: until)
                }
            }
            throw error
        }
    }
}
