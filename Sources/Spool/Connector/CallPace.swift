// One pace for all processes that call the same destination: each call reserves its moment in a file of the spool and
// waits for it. 60 calls a minute are one a second, never a burst. When one process is told to wait, all of them do.

import ServiceLifecycle

package struct CallPace: Sendable {
    /// The file's name in `stages/`; and that of pauses for the quota's sake, which stop what is about to begin, while calls
    /// that finish something go on.
    package static let destination = "trustar"
    static let quota = "trustar-quota"

    let spool: SpoolStore
    let callsPerMinute: Int
    let drain: DrainSignal
    /// Told how long a call waits for its turn.
    var waits: @Sendable (Duration) -> Void = { _ in }

    /// Returns when the call may be made. Throws when the program is about to stop instead of making it wait, and while
    /// calls are paused: that is for the stage to wait for.
    func wait(_ kind: CallKind) async throws(Fault) {
        let gap = Duration.seconds(60) / max(1, callsPerMinute)
        let (spool, now) = (spool, spool.now)
        do {
            let turn = try await BlockingPool.shared.run { try spool.reserveCall(to: Self.destination, gap: gap) }
            switch turn {
            case .paused(let pause):
                throw Fault(pause, now: now())
            case .at(let slot):
                let delay = slot.since(now())
                guard delay > .milliseconds(1) else { return }
                guard !drain.isSet else { throw CancellationError() }
                waits(delay)
                try await cancelWhenGracefulShutdown { try await Task.sleep(for: delay) }
                // Somebody else may have been told to wait meanwhile.
                let pause = try await BlockingPool.shared.run { try spool.callPause(to: Self.destination) }
                if let pause { throw Fault(pause, now: now()) }
            }
        } catch let fault as Fault {
            throw fault
        } catch is CancellationError {
            throw .notMade
        } catch {
            throw Fault(.local, .stageWaits, "the pace of calls cannot be kept: \(error)")
        }
    }
}

extension Fault {
    /// Told to stop before a call.
    static let notMade = Fault(.cancelled, .stageWaits, "stopping: the call was not made")

    /// What a pause means for who wanted to call.
    package init(_ pause: CallPause, now: Timestamp) {
        self.init(
            Fault.Code(rawValue: pause.code) ?? .rateLimited, .stageWaits,
            "calls are paused until \(pause.until.rfc3339): \(pause.reason)", retryAfter: pause.until.since(now))
    }
}
