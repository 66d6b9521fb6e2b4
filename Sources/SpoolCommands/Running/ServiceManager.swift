// What systemd is told of a service of `Type=notify` (sd_notify(3)): that it is ready, what its stages do, that it stops, and
// that its loops still turn. One datagram each; what cannot be told changes nothing here.

import Spool
import Synchronization

final class ServiceManager: Sendable {
    private let socket: String
    /// How often the watchdog is to be fed, at half of the time that it allows; nil: there is none.
    let watchdogPause: Duration?
    private let stages = Mutex<[StageName: String]>([:])

    /// nil if nobody wants to be told anything.
    init?(_ environment: [String: String], process: Int32) {
        guard let socket = environment["NOTIFY_SOCKET"], !socket.isEmpty else { return nil }
        self.socket = socket
        watchdogPause = Self.watchdogPause(environment, process: process)
    }

    /// Half of $WATCHDOG_USEC, if that is meant for this process.
    private static func watchdogPause(_ environment: [String: String], process: Int32) -> Duration? {
        guard let time = environment["WATCHDOG_USEC"].flatMap({ Int64($0) }), time > 1 else { return nil }
        if let owner = environment["WATCHDOG_PID"], Int32(owner) != process { return nil }
        return .microseconds(time / 2)
    }

    func tell(_ lines: String...) {
        // A manager that is gone or whose queue is full: the work goes on, and there is nobody to complain to.
        try? Datagram.send(Array(lines.joined(separator: "\n").utf8), to: socket)
    }

    /// Keeps `systemctl status` in step, one word per stage, told when it changes.
    func observe(_ stage: StageName, _ event: StageEvent) {
        guard let word = Self.word(event) else { return }
        let text = stages.withLock { stages -> String? in
            guard stages.updateValue(word, forKey: stage) != word else { return nil }
            return StageName.allCases.compactMap { name in stages[name].map { "\(name.rawValue) \($0)" } }
                .joined(separator: ", ")
        }
        if let text { tell("STATUS=\(text)") }
    }

    private static func word(_ event: StageEvent) -> String? {
        guard case .ended(let report) = event, report.halt != .draining else { return nil }
        return report.halt.map { "\($0.isFinal ? "has stopped" : "waits") (\($0.code))" } ?? "works"
    }
}
