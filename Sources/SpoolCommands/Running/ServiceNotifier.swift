// Tells systemd when the stages begin and end, and feeds its watchdog in between: only while every stage gives signs of life
// (`Pulse`), since a process that merely exists is no service.

import Logging
import ServiceLifecycle
import Spool

struct ServiceNotifier<Triggers: AsyncSequence & Sendable>: Service where Triggers.Element == Void {
    private let manager: ServiceManager
    private let pulse: Pulse
    private let triggers: Triggers
    private let logger: Logger

    init(_ manager: ServiceManager, pulse: Pulse, triggers: Triggers, logger: Logger) {
        self.manager = manager
        self.pulse = pulse
        self.triggers = triggers
        self.logger = logger
    }

    func run() async throws {
        manager.tell("READY=1", "STATUS=working")
        // Set while stages are silent: said once, and not fed until all of them speak again.
        var isStalled = false
        for try await _ in triggers {
            let stalled = pulse.stalled
            if stalled.isEmpty {
                if manager.watchdogPause != nil { manager.tell("WATCHDOG=1") }
            } else if !isStalled {
                let names = stalled.map(\.rawValue).joined(separator: ", ")
                logger.say(.watchdogNotFed, [.stage: names])
                manager.tell("STATUS=no sign of life from \(names)")
            }
            isStalled = !stalled.isEmpty
        }
        manager.tell("STOPPING=1", "STATUS=finishing what is in flight")
    }
}
