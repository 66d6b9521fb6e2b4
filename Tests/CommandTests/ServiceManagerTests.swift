import Glibc
import Logging
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import SpoolCommands

/// What systemd hears, by a socket of our own in systemd's place.
struct ServiceManagerTests {
    private static var abstractName: String { "@spoolctl-test-\(UInt64.random(in: 0 ... .max))" }

    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test func `without a socket nobody is told anything`() {
        #expect(ServiceManager([:], process: 1) == nil)
        #expect(ServiceManager(["NOTIFY_SOCKET": ""], process: 1) == nil)
    }

    @Test func `a path and an abstract name are both reached, and one that is gone hurts nobody`() throws {
        try withTemporaryFolder { folder in
            for name in [folder.appending("notify").string, Self.abstractName] {
                let ear = try Ear(name)
                let manager = try #require(ServiceManager(["NOTIFY_SOCKET": name], process: 1))
                manager.tell("READY=1", "STATUS=x")
                #expect(ear.heard == ["READY=1\nSTATUS=x"])
            }
        }
        for name in ["/nowhere/notify", Self.abstractName, "relative", "@", String(repeating: "/a", count: 100)] {
            ServiceManager(["NOTIFY_SOCKET": name], process: 1)?.tell("READY=1")
        }
    }

    @Test(arguments: [
        (["WATCHDOG_USEC": "30000000"], 15_000), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], 15_000),
        (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil), (["WATCHDOG_USEC": "0"], nil), ([:], nil),
        (["WATCHDOG_USEC": "soon"], nil),
    ])
    func `the watchdog is fed at half of its time, if it is ours`(environment: [String: String], pause: Int?) {
        let manager = ServiceManager(environment.merging(["NOTIFY_SOCKET": "@x"]) { $1 }, process: 7)
        #expect(manager?.watchdogPause == pause.map { .milliseconds($0) })
    }

    @Test func `the status changes when a stage does, and only then`() throws {
        let ear = try Ear(Self.abstractName)
        let manager = try #require(ServiceManager(["NOTIFY_SOCKET": ear.name], process: 1))
        manager.observe(.map, .began)
        manager.observe(.map, .ended(PassReport()))
        manager.observe(.map, .ended(PassReport()))
        var report = PassReport()
        report.halt = Halt(code: "rate-limited", reason: "")
        manager.observe(.submit, .ended(report))
        report.halt = .draining
        manager.observe(.map, .ended(report))
        #expect(ear.heard == ["STATUS=map works", "STATUS=map works, submit waits (rate-limited)"])
    }

    @Test func `ready, fed while the stages live, not fed while one is silent, stopping at the end`() async throws {
        let time = Time(SuspendingClock.now)
        let pulse = Pulse(clock: { time.value })
        let ear = try Ear(Self.abstractName)
        let manager = try #require(
            ServiceManager(["NOTIFY_SOCKET": ear.name, "WATCHDOG_USEC": "1000000"], process: 1))
        let (triggers, trigger) = AsyncStream.makeStream(of: Void.self)
        let notifier = ServiceNotifier(manager, pulse: pulse, triggers: triggers, logger: quiet)
        async let running: Void = notifier.run()
        #expect(try await ear.next() == "READY=1\nSTATUS=working")
        pulse.beat(.fetch, within: .seconds(10))
        trigger.yield()
        #expect(try await ear.next() == "WATCHDOG=1")
        time.advance(by: .seconds(11))
        trigger.yield()
        #expect(try await ear.next() == "STATUS=no sign of life from fetch")
        pulse.beat(.fetch, within: .seconds(10))
        trigger.yield()
        #expect(try await ear.next() == "WATCHDOG=1")
        trigger.finish()
        #expect(try await ear.next() == "STOPPING=1\nSTATUS=finishing what is in flight")
        try await running
    }

    private final class Time: Sendable {
        private let time: Mutex<SuspendingClock.Instant>
        init(_ start: SuspendingClock.Instant) { time = Mutex(start) }
        var value: SuspendingClock.Instant { time.withLock { $0 } }
        func advance(by step: Duration) { time.withLock { $0 = $0 + step } }
    }
}
