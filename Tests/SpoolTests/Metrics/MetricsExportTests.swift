import Glibc
import Synchronization
import SystemPackage
import TestSupport
import Testing

@testable import Spool

@Suite struct MetricsExportTests {
    private final class Heard: Sendable {
        private let all = Mutex<[String]>([])
        func hear(_ trouble: MetricsExport.Trouble?) { all.withLock { $0.append(trouble?.reason ?? "over") } }
        var words: [String] { all.withLock { $0 } }
    }

    private func export(
        _ spool: SpoolStore, _ registry: MetricRegistry, to path: FilePath?, _ heard: Heard = Heard()
    ) -> MetricsExport {
        MetricsExport(
            registry, spool: spool, textfile: path, stages: ["fetch", "map", "submit"], minimumFree: 5, say: heard.hear)
    }

    /// What the export says `fetch` has done.
    private func done(_ export: MetricsExport) throws -> Double? {
        let read = try StrictReader(export.text())
        return read["spoolctl_outcomes_total", ["stage": "fetch", "outcome": "done"]]
    }

    private func folder(_ spool: SpoolStore) -> FilePath { spool.layout.root.removingLastComponent() }

    @Test func `the file is whole, readable by others, and alone in its folder`() throws {
        try withSpool { spool, _ in
            try Kernel.makeDirectory(folder(spool).appending("out"))
            let path = folder(spool).appending("out").appending("spoolctl.prom")
            let registry = MetricRegistry()
            registry.count(.outcomes, ["map", "done"])
            export(spool, registry, to: path).write()
            let status = try #require(try Kernel.status(path))
            #expect(status.mode == 0o644)
            #expect(try Folder.names(path.removingLastComponent()) == ["spoolctl.prom"])
            let read = try StrictReader(String(decoding: try #require(try WholeFile.read(path)), as: UTF8.self))
            #expect(read["spoolctl_outcomes_total", ["stage": "map", "outcome": "done"]] == 1)
        }
    }

    @Test func `the spool's own numbers are read off the disk`() throws {
        try withSpool { spool, clock in
            try spool.give("1", payload: "12345")
            try spool.give("2", .outbox, deferredUntil: clock.time + .seconds(60))
            var record = StageRecord(stage: "submit")
            (record.lastPass, record.lastSuccess) = (clock.time.rfc3339, (clock.time + .seconds(-5)).rfc3339)
            record.waitingSince = clock.time.rfc3339
            record.waitingUntil = (clock.time + .seconds(9)).rfc3339
            spool.keep(record)
            var stopped = StageRecord(stage: "fetch")
            stopped.waitingSince = clock.time.rfc3339
            spool.keep(stopped)
            let read = try StrictReader(try export(spool, MetricRegistry(), to: nil).text())
            #expect(read["spoolctl_build_info", ["version": "test"]] == 1)
            #expect(read["spoolctl_entries", ["queue": "inbox", "state": "ready"]] == 1)
            #expect(read["spoolctl_entries", ["queue": "outbox", "state": "done"]] == 0)
            #expect(read["spoolctl_entries_bytes", ["queue": "inbox", "state": "ready"]] == 5)
            #expect(read["spoolctl_oldest_entry_timestamp_seconds", ["queue": "inbox", "state": "ready"]] != nil)
            #expect(read["spoolctl_oldest_entry_timestamp_seconds", ["queue": "outbox", "state": "deferred"]] == nil)
            #expect(read["spoolctl_next_due_timestamp_seconds", ["queue": "outbox"]] == 1_795_425_360)
            #expect(try #require(read["spoolctl_filesystem_free_bytes"]) > 0)
            #expect(read["spoolctl_filesystem_minimum_free_bytes"] == 5)
            #expect(read["spoolctl_stage_last_success_timestamp_seconds", ["stage": "submit"]] == 1_795_425_295)
            #expect(read["spoolctl_stage_waiting", ["stage": "submit"]] == 1)
            #expect(read["spoolctl_stage_stopped", ["stage": "submit"]] == 0)
            #expect(read["spoolctl_stage_stopped", ["stage": "fetch"]] == 1)
            #expect(read["spoolctl_stage_waiting", ["stage": "map"]] == 0)
        }
    }

    @Test func `processes of one spool count together, restarts included`() throws {
        try withSpool { spool, _ in
            let path = folder(spool).appending("a.prom")
            for number in 1...3 {
                let registry = MetricRegistry()
                registry.count(.outcomes, ["fetch", "done"], by: number)
                registry.observe(.fsyncDuration, [], .milliseconds(1))
                registry.set(.unfinished, to: Double(number))
                export(spool, registry, to: path).write()
            }
            let read = try StrictReader(String(decoding: try #require(try WholeFile.read(path)), as: UTF8.self))
            #expect(read["spoolctl_outcomes_total", ["stage": "fetch", "outcome": "done"]] == 6)
            #expect(read["spoolctl_fsync_duration_seconds_count"] == 3)
            #expect(read["spoolctl_unfinished_analyses"] == 3)
            #expect(try spool.verify().findings.isEmpty)
        }
    }

    @Test func `while another process adds, nothing is lost and nothing waits`() throws {
        try withSpool { spool, _ in
            let registry = MetricRegistry()
            registry.count(.outcomes, ["fetch", "done"], by: 2)
            let export = export(spool, registry, to: nil)
            do {
                let other = try OpenFile(spool.layout.metricsLock, .readWrite)
                #expect(try other.tryLock())
                #expect(try done(export) == 2)
                withExtendedLifetime(other) {}
            }
            #expect(MetricTotals(of: spool).read().isEmpty)
            #expect(try done(export) == 2)
            #expect(MetricTotals(of: spool).read().counters[MetricKey(.outcomes, ["fetch", "done"])] == 2)
        }
    }

    @Test func `counts that cannot be kept on a full disk are told all the same, and kept later`() throws {
        try withSpool { spool, _ in
            let registry = MetricRegistry()
            registry.count(.outcomes, ["fetch", "done"], by: 2)
            let export = export(spool, registry, to: nil)
            let onFullDisk = try KernelProbe.with(
                below: spool.layout.stages,
                { (call, path) throws(FileError) in if call == .write { throw FileError(call, path, .noSpace) } }
            ) { try done(export) }
            #expect(onFullDisk == 2)
            #expect(try done(export) == 2)
            #expect(MetricTotals(of: spool).read().counters[MetricKey(.outcomes, ["fetch", "done"])] == 2)
        }
    }

    @Test func `trouble is said once, and once that it is over`() throws {
        try withSpool { spool, _ in
            let path = folder(spool).appending("missing").appending("a.prom")
            let (registry, heard) = (MetricRegistry(), Heard())
            let export = export(spool, registry, to: path, heard)
            registry.count(.outcomes, ["fetch", "done"])
            for _ in 0..<3 { export.write() }
            #expect(heard.words.count == 1 && heard.words[0].contains("no such file"))
            try Kernel.makeDirectory(path.removingLastComponent())
            for _ in 0..<3 { export.write() }
            #expect(heard.words.count == 2 && heard.words[1] == "over")
            let read = try StrictReader(String(decoding: try #require(try WholeFile.read(path)), as: UTF8.self))
            #expect(read["spoolctl_outcomes_total", ["stage": "fetch", "outcome": "done"]] == 1)
        }
    }

    @Test func `what a dead writer left beside the file is swept, and nothing else`() throws {
        try withSpool { spool, _ in
            try Kernel.makeDirectory(folder(spool).appending("out"))
            let path = folder(spool).appending("out").appending("a.prom")
            for name in ["a.prom.77.new", "b.prom.77.new", "other.prom"] {
                _ = try OpenFile(path.removingLastComponent().appending(name), .create)
            }
            export(spool, MetricRegistry(), to: path).sweep()
            #expect(try Folder.names(path.removingLastComponent()).sorted() == ["b.prom.77.new", "other.prom"])
        }
    }

    @Test(arguments: [
        "", "{", "[]", "{\"counters\":[],\"gauges\":[]}",
        #"{"counters":[{"key":{"labels":[["stage"]],"name":"spoolctl_passes_total"},"value":1}],"gauges":[],"histograms":[]}"#,
        #"{"counters":[{"key":{"labels":[],"name":"of_another_version_total"},"value":1}],"gauges":[],"histograms":[]}"#,
        #"{"counters":[],"gauges":[],"histograms":[{"key":{"labels":[],"name":"spoolctl_fsync_duration_seconds"},"value":{"bounds":[1],"counts":[1],"sum":0}}]}"#,
        #"{"counters":[{"key":{"labels":[["stage","a"],["result","b"]],"name":"spoolctl_passes_total"},"value":-1}],"gauges":[],"histograms":[]}"#,
    ])
    func `damaged counts, and those of another version, count as none`(text: String) throws {
        try withSpool { spool, _ in
            try WholeFile.replace(spool.layout.metrics, with: Array(text.utf8))
            #expect(MetricTotals(of: spool).read().isEmpty)
            var more = MetricValues()
            more.counters[MetricKey(.passes, ["map", "complete"])] = 1
            #expect(try MetricTotals(of: spool).add(more) == more)
        }
    }
}
