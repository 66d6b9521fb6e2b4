// TruSTAR's daily quota: look-ups and tags count, submissions and updates do not. When it is used up there are only
// refusals until midnight UTC, and a report that goes out then stays without tags. So the stage stops short of that,
// waits until the quota starts afresh, and says so.
//
// What is left is asked for with the first report and every five minutes, which costs nothing of it, and counted down in
// between; others of the company use it as well. Nothing is refused on an estimate: before that it is asked for again.
// A server that does not say how much is left is taken at its word when it answers 429.

actor DailyQuota {
    /// Reads the quotas.
    typealias Look = @Sendable () async throws(Fault) -> [RequestQuota]

    /// Calls that a report may need: a new one its tags, one that is looked up that look, its tags read and set.
    static let newReport = 1
    static let knownReport = 3

    private static let freshness: Duration = .seconds(300)

    private let look: Look
    private let now: Now
    /// Left untouched, so that what is under way can be finished.
    private let reserve: Int
    private var quota: RequestQuota?
    private var left = 0
    private var lookedAt: Timestamp?
    private var isEstimate = false
    private var looking: Task<Void, Never>?

    /// `width`: reports under way at a time.
    init(width: Int, now: @escaping Now, look: @escaping Look) {
        self.look = look
        self.now = now
        reserve = max(1, width) * Self.knownReport
    }

    /// Before a report that needs up to so many calls that count.
    func take(_ calls: Int) async throws(Fault) {
        if isStale { await lookAgain() }
        if !suffices(for: calls), isEstimate { await lookAgain() }
        guard let quota else { return }
        guard suffices(for: calls) else { throw fault(quota) }
        left -= calls
        isEstimate = true
    }

    private var isStale: Bool {
        guard let lookedAt else { return true }
        let now = now()
        // A reset in the past of a clock that runs ahead of theirs says nothing new.
        if let reset = quota?.resetTime, lookedAt < reset, now >= reset { return true }
        return now < lookedAt || now.since(lookedAt) >= Self.freshness
    }

    private func suffices(for calls: Int) -> Bool {
        guard let quota else { return true }
        // Of a small quota not all may be held back.
        return left - calls >= min(reserve, quota.limit / 3)
    }

    /// Who comes while somebody looks waits for the same answer. Who is cancelled stops waiting; the others go on.
    private func lookAgain() async {
        let task = looking ?? beginLooking()
        let (answered, answer) = AsyncStream.makeStream(of: Void.self)
        // Unstructured on purpose: it ends with the look, whoever still waits for it.
        Task {
            await task.value
            answer.finish()
        }
        for await _ in answered {}
    }

    private func beginLooking() -> Task<Void, Never> {
        // Unstructured on purpose: it is shared, and must not end because the first who asked was cancelled.
        let task = Task {
            await self.read()
            self.looking = nil
        }
        looking = task
        return task
    }

    private func read() async {
        do throws(Fault) {
            // Several windows may be counted; the one that ends first is the one with the least left.
            quota = try await look().filter { $0.limit > 0 }.min { $0.left < $1.left }
        } catch {
            // No answer says nothing about the quota; what is wrong is met, and told, by the report's own call.
            quota = nil
        }
        left = quota?.left ?? 0
        isEstimate = false
        lookedAt = now()
    }

    private func fault(_ quota: RequestQuota) -> Fault {
        let reset = quota.resetTime
        let wait = reset.map { max(.seconds(60), min($0.since(now()), .seconds(86_400))) } ?? .seconds(3600)
        let until = reset.map { "it starts afresh at \($0.rfc3339)" } ?? "it is looked at again in an hour"
        return Fault(
            .quota, .stageWaits,
            "TruSTAR's daily quota is nearly used up: \(quota.used) of \(quota.limit) calls (look-ups and tags count,"
                + " submissions do not); \(until)",
            retryAfter: wait)
    }
}

extension RequestQuota {
    var left: Int { max(0, limit.subtractingReportingOverflow(used).overflow ? 0 : limit - used) }

    /// nil if it is not said, or is no time of ours.
    var resetTime: Timestamp? {
        nextReset.flatMap { (0..<10_000_000_000_000).contains($0) ? Timestamp(nanoseconds: $0 * 1_000_000) : nil }
    }
}
