// A TruSTAR of values. It takes a second report of the same external id as a second report, so that a duplicate shows.

import Spool
import Synchronization

final class FakeSink: ReportSink {
    static let enclave = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"

    struct Stored: Sendable {
        var id: String
        var report: OutgoingReport
        var tags: [String] = []
    }

    struct State: Sendable {
        var stored: [Stored] = []
        var calls: [String] = []
        /// Faults of the next calls, by name; an answer is lost after the work if `afterwards`.
        var faults: [(call: String, fault: Fault, afterwards: Bool)] = []
        var enclave = FakeSink.enclave
        var largestBody = Int.max
        var refusesTaken = false
    }

    let state = Mutex(State())

    var stored: [Stored] { state.withLock(\.stored) }
    var calls: [String] { state.withLock(\.calls) }

    func fail(_ call: String, _ fault: Fault, afterwards: Bool = false) {
        state.withLock { $0.faults.append((call, fault, afterwards)) }
    }

    private func perform<Value: Sendable>(_ call: String, _ work: (inout State) throws(Fault) -> Value) throws(Fault)
        -> Traced<Value>
    {
        let result: Result<Value, Fault> = state.withLock { state in
            state.calls.append(call)
            let index = state.faults.firstIndex { $0.call == call }
            let planned = index.map { state.faults.remove(at: $0) }
            if let planned, !planned.afterwards { return .failure(planned.fault) }
            do throws(Fault) {
                let value = try work(&state)
                if let planned { return .failure(planned.fault) }
                return .success(value)
            } catch {
                return .failure(error)
            }
        }
        return Traced(try result.get(), traceID: "trace-\(call)")
    }

    func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String> {
        try perform("create") { (state) throws(Fault) in
            guard report.body.utf8.count <= state.largestBody else {
                throw Fault(.tooLarge, .entryFailed, "too large", status: 413)
            }
            if state.refusesTaken, state.stored.contains(where: { $0.report.externalID == report.externalID }) {
                throw Fault(.rejected, .entryFailed, "taken", status: 400)
            }
            let id = "id-\(state.stored.count)"
            state.stored.append(Stored(id: id, report: report))
            return id
        }
    }

    func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?> {
        try perform("find") { state in
            state.stored.first { $0.report.externalID == externalID }.map {
                RemoteReport(
                    id: $0.id, externalID: externalID, title: $0.report.title, body: $0.report.body,
                    timeBegan: $0.report.timeBegan == "2018-12-20T19:48:25+01:00" ? 1_545_331_705_000 : nil,
                    externalURL: $0.report.externalURL, enclaveIDs: state.enclave.isEmpty ? [] : [state.enclave])
            }
        }
    }

    func update(_ report: OutgoingReport) async throws(Fault) -> Traced<Void> {
        try perform("update") { state in
            for index in state.stored.indices where state.stored[index].report.externalID == report.externalID {
                state.stored[index].report = report
            }
        }
    }

    func tags(of id: String) async throws(Fault) -> Traced<[String]> {
        try perform("tags") { state in state.stored.first { $0.id == id }?.tags ?? [] }
    }

    func alterTags(of id: String, add: [String], remove: [String]) async throws(Fault) -> Traced<Void> {
        try perform("alterTags") { state in
            for index in state.stored.indices where state.stored[index].id == id {
                state.stored[index].tags.removeAll { remove.contains($0) }
                state.stored[index].tags += add.map { $0.lowercased() }
            }
        }
    }
}
