// One pace for all processes that call the same destination: each call reserves its moment in a file of the spool and
// waits for it. 60 calls a minute are one a second, never a burst.

import ServiceLifecycle

struct CallPace: Sendable {
    /// The file's name in `stages/`.
    static let destination = "trustar"

    let spool: SpoolStore
    let callsPerMinute: Int
    let drain: DrainSignal

    /// Returns when the call may be made. Throws when the program is about to stop instead of making it wait.
    func wait(_ kind: CallKind) async throws(Fault) {
        let gap = Duration.seconds(60) / max(1, callsPerMinute)
        let (spool, now) = (spool, spool.now)
        do {
            let slot = try await BlockingPool.shared.run { try spool.reserveCall(to: Self.destination, gap: gap) }
            let delay = slot.since(now())
            guard delay > .milliseconds(1) else { return }
            guard !drain.isSet else { throw CancellationError() }
            try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
        } catch is CancellationError {
            throw Fault(.local, .stageWaits, "stopping: the call was not made")
        } catch {
            throw Fault(.local, .stageWaits, "the pace of calls cannot be kept: \(error)")
        }
    }
}
