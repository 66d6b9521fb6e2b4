// The plan at work. Each request that a rule looks at is counted, whether or not the rule hits it; what happens
// depends on these counts, the seed and the virtual time alone, so that the same requests meet the same faults.
//
// Modifiers (latency, clock skew, slow body) add up; of the others the first that fires wins.

import Synchronization

/// What happens to one request.
struct Verdict: Sendable, Equatable {
    /// Milliseconds before anything is done.
    var latency = 0
    /// Seconds by which the server's clock is wrong for this request.
    var skew = 0
    var bytesPerSecond: Int?
    var main: Fault?

    /// For the journal, in the order in which they act.
    var names: [String] {
        var names: [String] = []
        if latency > 0 { names.append(FaultName.latency.rawValue) }
        if skew != 0 { names.append(FaultName.clockSkew.rawValue) }
        if let main { names.append(main.name.rawValue) }
        if bytesPerSecond != nil { names.append(FaultName.slowBody.rawValue) }
        return names
    }
}

/// Decides which faults hit a request.
final class FaultDecider: Sendable {
    private struct Counts {
        var seen = 0
        var hits = 0
    }

    private struct State {
        var plan = FaultPlan()
        var since = 0
        var counts: [String: Counts] = [:]
        var hits: [Int: Int] = [:]
    }

    private let seed: UInt64
    private let mock: String
    private let state = Mutex(State())

    init(seed: UInt64, mock: String) {
        self.seed = seed
        self.mock = mock
    }

    /// Puts a plan in place; all counts start anew.
    func install(_ plan: FaultPlan, at time: Int) {
        state.withLock { $0 = State(plan: plan, since: time) }
    }

    /// How often each rule has hit, in the plan's order.
    var hits: [(rule: FaultRule, count: Int)] {
        state.withLock { state in
            state.plan.rules.enumerated().map { ($1, state.hits[$0, default: 0]) }
        }
    }

    /// What happens to this request.
    func verdict(route: String?, method: String, path: String, key: String?, time: Int) -> Verdict {
        state.withLock { state in
            var verdict = Verdict()
            for index in state.plan.rules.indices {
                let rule = state.plan.rules[index]
                guard looksAt(rule, route: route, method: method, path: path, key: key) else { continue }
                let taken = verdict.main != nil && rule.fault.name.stage != .modifier
                guard let count = fires(rule, index, key: key, time: time, unless: taken, in: &state) else { continue }
                let random = random(state.plan, index, rule.perKey ? key : nil, count, "jitter")
                apply(rule.fault, to: &verdict, random: random)
            }
            return verdict
        }
    }

    private func looksAt(_ rule: FaultRule, route: String?, method: String, path: String, key: String?) -> Bool {
        if let pattern = rule.key, !Glob(pattern).matches(key ?? "") { return false }
        guard let pattern = rule.route else { return true }
        let glob = Glob(pattern)
        if pattern.hasPrefix("/") || pattern.hasPrefix("*") {
            let template = route.map { $0.drop { $0 != " " }.dropFirst() } ?? ""
            return glob.matches(path) || glob.matches(template)
        }
        return glob.matches("\(method) \(path)") || (route.map(glob.matches) ?? false)
    }

    /// Counts the request; its number among those seen when the rule hits it.
    private func fires(
        _ rule: FaultRule, _ index: Int, key: String?, time: Int, unless taken: Bool, in state: inout State
    ) -> Int? {
        let slot = rule.perKey ? "\(index) \(key ?? "")" : "\(index)"
        var counts = state.counts[slot, default: Counts()]
        counts.seen += 1
        let number = counts.seen - (rule.after ?? 0)
        let elapsed = Double(time - state.since) / 1000
        var hit = !taken && number > 0 && counts.hits < rule.times ?? Int.max
        if let first = rule.first, number > first { hit = false }
        if let every = rule.every, number % every != 0 { hit = false }
        if let from = rule.from, elapsed < from { hit = false }
        if let until = rule.until, elapsed >= until { hit = false }
        if hit, let probability = rule.probability {
            var random = random(state.plan, index, rule.perKey ? key : nil, counts.seen, "hit")
            hit = random.unit() < probability
        }
        if hit {
            counts.hits += 1
            state.hits[index, default: 0] += 1
        }
        state.counts[slot] = counts
        return hit ? counts.seen : nil
    }

    private func random(_ plan: FaultPlan, _ index: Int, _ key: String?, _ count: Int, _ use: String) -> SeededRandom {
        SeededRandom(seed: plan.seed ?? seed, mock, String(index), key ?? "", String(count), use)
    }

    private func apply(_ fault: Fault, to verdict: inout Verdict, random: SeededRandom) {
        guard fault.name.stage == .modifier else {
            verdict.main = fault
            return
        }
        if fault.name == .latency {
            var random = random
            let jitter = fault.integer("jitter") ?? 0
            let extra = jitter > 0 ? Int(random.next() % UInt64(jitter + 1)) : 0
            verdict.latency += (fault.integer("milliseconds") ?? 0) + extra
        }
        if fault.name == .clockSkew { verdict.skew += fault.integer("seconds") ?? 0 }
        if fault.name == .slowBody { verdict.bytesPerSecond = fault.integer("bytesPerSecond") }
    }
}

/// A pattern with `*` for anything.
struct Glob: Sendable {
    private let parts: [Substring]

    init(_ pattern: some StringProtocol) {
        parts = Substring(pattern).split(separator: "*", omittingEmptySubsequences: false)
    }

    func matches(_ text: some StringProtocol) -> Bool {
        guard let first = parts.first, let last = parts.last, parts.count > 1 else {
            return parts.first.map { $0 == text } ?? text.isEmpty
        }
        guard text.hasPrefix(first) else { return false }
        var rest = Substring(text.dropFirst(first.count))
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let range = rest.firstRange(of: part) else { return false }
            rest = rest[range.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
