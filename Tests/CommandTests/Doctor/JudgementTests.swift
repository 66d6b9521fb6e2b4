// From measured facts to lines: each judgement by a table, without anything being measured.

import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

struct JudgementTests {
    typealias Level = Diagnosis.Level
    private static let now = Run.noon
    private static let noon = Run.noon.nanoseconds / 1_000_000_000

    // MARK: Disk

    @Test(
        arguments: [
            (1_000_000, 50_000, 10_000, 0, 0, .ok), (1_000_000, 19_000, 10_000, 0, 0, .warn),
            (1_000_000, 9_999, 10_000, 0, 0, .fail), (1_000_000, 500_000, 10_000, 5_000_000, 999, .fail),
            (1_000_000, 500_000, 10_000, 5_000_000, 1_000, .ok), (1_000_000, 0, 0, 0, 0, .ok),
        ] as [(Int, Int, Int, Int, Int, Level)])
    func `room`(size: Int, available: Int, minimum: Int, files: Int, free: Int, level: Level) {
        let fact = Judgement.RoomFact(
            size: size, available: available, minimum: minimum, files: files, freeFiles: free)
        #expect(Judgement.room(fact).level == level)
    }

    @Test func `the middle one of the syncs counts`() {
        #expect(Judgement.sync([.milliseconds(1), .milliseconds(900), .milliseconds(2)]).level == .ok)
        let slow = Judgement.sync([.milliseconds(51), .milliseconds(84), .milliseconds(1)])
        #expect(slow.level == .warn && slow.message.contains("51.0 ms"))
        #expect(Judgement.sync([]).level == .skip)
    }

    @Test func `what may stay must find room`() {
        func level(_ done: Duration?, _ bytes: Int64?) -> Level {
            Judgement.retention(done: done, bytes: bytes, size: 100_000_000_000, count: 7).level
        }
        #expect(level(.seconds(86_400), 20_000_000_000) == .ok)
        #expect(level(.seconds(86_400), 60_000_000_000) == .warn)
        #expect(level(.seconds(86_400), nil) == .ok)
        #expect(level(nil, 20_000_000_000) == .ok)
        #expect(level(nil, nil) == .warn)
    }

    // MARK: Spool

    @Test(
        arguments: [
            (.good("ext4"), .ok), (.untested("ZFS"), .ok), (.memory("tmpfs"), .warn), (.layer, .warn),
            (.userSpace, .warn),
        ] as [(FileSystem.Suitability, Level)])
    func `file systems`(kind: FileSystem.Suitability, level: Level) {
        #expect(Judgement.fileSystem(kind).level == level)
    }

    @Test(
        arguments: [
            (.notASpool, .missing, "mount its disk"), (.format, .badData, "version that made it"),
            (.network, .configuration, "local disk"),
            (.file(FileError(.open, "/s", .permissionDenied)), .refused, "run as the user"),
            (.file(FileError(.open, "/s", .ioError)), .io, "kernel's log"), (.missing, .missing, "spoolctl init"),
        ] as [(StoreError.Code, EndStatus, String)])
    func `a spool that does not open`(code: StoreError.Code, status: EndStatus, remedy: String) {
        let line = Judgement.spool(StoreError(code, "words"), path: "/s", mayBeMade: false)
        #expect(line.level == .fail && line.status == status)
        #expect(line.remedy?.contains(remedy) == true)
    }

    @Test func `a spool that may be made is no failure`() {
        #expect(Judgement.spool(StoreError(.notASpool, ""), path: "/s", mayBeMade: true).level == .ok)
    }

    @Test func `what others own or may write is not ours to use`() throws {
        let root = try #require(try Kernel.status("/"))
        #expect(Judgement.owner("/s", id: "x", root, ourselves: root.owner &+ 1).status == .refused)
        #expect(Judgement.owner("/s", id: "x", nil, ourselves: 0).level == .ok)
    }

    @Test func `a mount inside of the spool is seen, whatever device it is`() throws {
        let root = try #require(try Kernel.status("/"))
        func lines(_ mount: Bool) -> [Diagnosis] {
            Judgement.folders(
                [
                    .init(name: "", status: root, isMountPoint: false),
                    .init(name: "outbox/ready", status: root, isMountPoint: mount),
                ], path: "/s", ourselves: root.owner)
        }
        #expect(lines(false).map(\.level) == [.ok])
        #expect(lines(true).map(\.status) == [.configuration])
        #expect(lines(true)[0].message.contains("/s/outbox/ready lies on another file system"))
    }

    @Test func `remains`() {
        #expect(Judgement.remains(.init()).map(\.level) == [.ok])
        #expect(Judgement.remains(.init(temporary: 2, orphans: 1)).map(\.level) == [.warn])
        let lost = Judgement.remains(.init(temporary: 1, lostLedgers: ["joe"]))
        #expect(lost.map(\.level) == [.fail, .warn] && lost[0].status == .badData)
        #expect(Judgement.setAside([("inbox/failed", 0), ("outbox/hold", 3)]).message == "3 in outbox/hold")
    }

    // MARK: Stages

    @Test func `stages`() {
        func line(_ change: (inout StageRecord) -> Void) -> Diagnosis {
            var record = StageRecord(stage: "fetch")
            change(&record)
            return Judgement.stage(record, interval: .seconds(900), now: Self.now)
        }
        func ago(_ seconds: Int) -> String { (Self.now + .seconds(-seconds)).rfc3339 }
        #expect(line { _ in }.level == .ok)
        #expect(line { $0.lastPass = ago(3000) }.level == .ok)
        #expect(line { $0.lastPass = ago(3700) }.level == .warn)
        #expect(
            line {
                ($0.waitingSince, $0.waitingUntil) = (ago(60), ago(-60))
            }.level == .warn)
        let forgotten = line { ($0.waitingSince, $0.waitingUntil) = (ago(9000), ago(7200)) }
        #expect(forgotten.level == .warn && forgotten.message.contains("did not go on"))
        let stopped = line { ($0.waitingSince, $0.code) = (ago(60), "licence") }
        #expect(stopped.level == .fail && stopped.status == .refused)
    }

    // MARK: Clock

    @Test(
        arguments: [
            ([0, 0], .ok), ([59, -59], .ok), ([120], .warn), ([-120, -125], .warn), ([3600, 3590], .fail),
            ([-3600], .fail), ([3600, 0], .warn), ([], .skip),
        ] as [([Int], Level)])
    func `clocks`(ahead: [Int], level: Level) {
        let readings = ahead.enumerated().map { index, seconds in
            (
                service: index == 0 ? "Joe Sandbox" : "TruSTAR",
                reading: DateWatch.Reading(date: Self.noon + Int64(seconds), asked: Self.now, answered: Self.now)
            )
        }
        #expect(Judgement.clock(readings).level == level)
    }

    @Test func `a slow answer leaves room for doubt`() {
        let reading = DateWatch.Reading(date: Self.noon + 70, asked: Self.now, answered: Self.now + .seconds(20))
        #expect(Judgement.clock([("TruSTAR", reading)]).level == .ok)
    }

    // MARK: Secrets

    @Test func `whose file a secret is in`() {
        func line(mode: UInt32, owner: UInt32 = 1000, credential: Bool = false) -> Diagnosis {
            Judgement.secrets(
                [
                    .init(
                        key: "joe.api_key", from: "/k", path: "/k",
                        file: FileFacts(kind: .regular, owner: owner, mode: mode), isCredential: credential)
                ], ourselves: 1000)[0]
        }
        #expect(line(mode: 0o600).level == .ok && line(mode: 0o400, owner: 0).level == .ok)
        #expect(line(mode: 0o640).status == .configuration && line(mode: 0o640).level == .fail)
        #expect(line(mode: 0o440, credential: true).level == .ok)
        #expect(line(mode: 0o600, owner: 1001).level == .warn)
        #expect(Judgement.secrets([], ourselves: 0).map(\.level) == [.skip])
    }
}
