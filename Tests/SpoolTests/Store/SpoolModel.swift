// What a spool promises, in memory: where each entry must be after any sequence of operations and crashes.

import Spool
import TestSupport

struct SpoolModel {
    struct Live {
        var state: EntryState
        var due: Timestamp?
        let payload: String
    }

    enum Verb: CaseIterable { case requeue, release, hold, drop }

    var live: [EntryRef: Live] = [:]
    var done: [EntryRef: [UTCDay: String]] = [:]
    var crashes: [EntryRef: Int] = [:]

    /// False if there is one already.
    mutating func birth(_ ref: EntryRef, _ payload: String, due: Timestamp?) -> Bool {
        guard live[ref] == nil else { return false }
        live[ref] = Live(state: due == nil ? .ready : .deferred, due: due, payload: payload)
        return true
    }

    /// What a stage may take now.
    func claimable(_ queue: QueueName, at now: Timestamp) -> [EntryRef: EntryState] {
        live.filter { ref, entry in
            guard ref.queue == queue else { return false }
            if entry.state == .ready { return true }
            guard entry.state == .deferred, let due = entry.due else { return false }
            return due <= now || due > now + .seconds(8 * 86_400)
        }.mapValues(\.state)
    }

    mutating func claim(_ ref: EntryRef) {
        live[ref]?.state = .active
        live[ref]?.due = nil
    }

    mutating func end(_ ref: EntryRef, _ state: EntryState, due: Timestamp, day: UTCDay) {
        guard let entry = live[ref] else { return }
        if state == .done {
            live[ref] = nil
            done[ref, default: [:]][day] = entry.payload
            crashes[ref] = nil
        } else {
            live[ref]?.state = state
            live[ref]?.due = state == .deferred ? due : nil
        }
    }

    /// A worker has died on it, and recovery finds that out.
    mutating func recover(_ ref: EntryRef, at now: Timestamp) {
        crashes[ref, default: 0] += 1
        let isPoison = crashes[ref, default: 0] >= 3
        live[ref]?.state = isPoison ? .hold : .deferred
        live[ref]?.due = isPoison ? nil : now
    }

    /// The ledger is lost: nothing is known to be new any more.
    mutating func distrust(at now: Timestamp) {
        for (ref, entry) in live where entry.state == .ready {
            live[ref]?.state = .deferred
            live[ref]?.due = now
        }
    }

    /// False if it must be refused.
    mutating func apply(_ verb: Verb, _ ref: EntryRef, at now: Timestamp) -> Bool {
        let state = live[ref]?.state
        switch verb {
        case .release:
            guard state == .hold else { return false }
            back(ref, now)
        case .requeue:
            let report = EntryRef(.outbox, ref.id)
            if ref.queue.isInbox, live[report] != nil { return false }
            guard state == .failed || state == .hold || state == nil && takeDone(ref) else { return false }
            back(ref, now)
        case .hold:
            switch state {
            case .ready, .deferred, .failed, .exported: break
            case nil: guard takeDone(ref) else { return false }
            case .active, .hold, .done: return false
            }
            live[ref]?.state = .hold
            live[ref]?.due = nil
        case .drop:
            if state == nil { return takeDone(ref, andKeep: false) }
            guard state != .active else { return false }
            live[ref] = nil
            crashes[ref] = nil
        }
        return true
    }

    private mutating func back(_ ref: EntryRef, _ now: Timestamp) {
        live[ref]?.state = .deferred
        live[ref]?.due = now
        crashes[ref] = nil
    }

    /// The newest one that is done becomes live.
    private mutating func takeDone(_ ref: EntryRef, andKeep: Bool = true) -> Bool {
        guard let day = done[ref]?.keys.max(), let payload = done[ref]?.removeValue(forKey: day) else { return false }
        if andKeep { live[ref] = Live(state: .hold, due: nil, payload: payload) } else { crashes[ref] = nil }
        return true
    }

    /// `deferred 2026-11-23T…`, `done 2026-11-23`, …, as a spool would show them.
    func places(_ ref: EntryRef) -> Set<String> {
        var places = Set((done[ref] ?? [:]).map { "done \($0.key.name) \($0.value)" })
        if let entry = live[ref] {
            places.insert("\(entry.state.rawValue) \(entry.due?.rfc3339 ?? "") \(entry.payload)")
        }
        return places
    }
}
