// A temporary folder with a spool in it, and entries to look at.

import FoundationEssentials
import Spool
import SpoolCommands
import SystemPackage

struct Bench: Sendable {
    let folder: FilePath
    let spool: SpoolStore

    var root: String { spool.layout.root.string }

    /// Makes it, hands it over, removes it.
    static func with(_ body: (Bench) async throws -> Void) async throws {
        let folder = try temporaryFolder()
        defer { try? FileManager.default.removeItem(atPath: folder.string) }  // left to the system otherwise
        let spool = try SpoolStore.create(at: folder.appending("spool"), program: "test", now: { Run.noon })
        try await body(Bench(folder: folder, spool: spool))
    }

    static func temporaryFolder() throws -> FilePath {
        // In memory where the machine has that: what is tested here is not how well a disk syncs.
        let memory = FilePath("/dev/shm")
        let base =
            try Kernel.status(memory)?.kind == .directory
            ? memory : FilePath(FileManager.default.temporaryDirectory.path)
        let folder = base.appending("cli-\(UUID().uuidString)")
        try Kernel.makeDirectory(folder)
        return folder
    }

    static func remove(_ folder: FilePath) throws {
        try FileManager.default.removeItem(atPath: folder.string)
    }

    /// Runs a verb on this spool.
    func run(_ arguments: String..., input: String = "", style: OutputStyle = .plain) async -> Run {
        await Run(arguments + ["--spool", root], input: input, style: style)
    }

    func id(_ webid: String, source: String = "joe") throws -> EntryID {
        guard let id = EntryID(source: source, webid: webid) else { throw StoreError(.missing, webid) }
        return id
    }

    /// An analysis in inbox/ready.
    @discardableResult
    func analysis(_ webid: String, payload: String = Bench.report, due: Timestamp? = nil, source: String = "joe") throws
        -> EntryRef
    {
        let id = try id(webid, source: source)
        let envelope = Envelope(
            id: id, kind: .analysis, analysisid: "744288", run: 0, time: "2018-12-20T19:48:25+01:00", created: Run.noon,
            origin: "https://sandbox.example", program: "0.1.0")
        return try commit(.inbox, envelope, Array(payload.utf8), due)
    }

    /// A report in outbox/ready.
    @discardableResult
    func report(_ webid: String, _ report: MappedReport = Bench.mapped, due: Timestamp? = nil) throws -> EntryRef {
        let envelope = Envelope(
            id: try id(webid), kind: .report, created: Run.noon, origin: "https://sandbox.example",
            parent: String(repeating: "a", count: 64), program: "0.1.0")
        return try commit(.outbox, envelope, report.encoded(), due)
    }

    private func commit(_ queue: QueueName, _ envelope: Envelope, _ payload: [UInt8], _ due: Timestamp?) throws
        -> EntryRef
    {
        let writer = try spool.writer(queue, envelope)
        try writer.write(payload)
        try writer.commit(deferredUntil: due)
        let ref = EntryRef(queue, try id(envelope.webid, source: envelope.source))
        if due == nil { try age(ref, .ready, .seconds(300)) }
        return ref
    }

    /// Gives up on a ready entry.
    func fail(_ ref: EntryRef, code: String, error: String) throws {
        guard let claim = try spool.claim(EntryPlace(ref, .ready)) else { throw StoreError(.missing, "\(ref)") }
        spool.noteTry(ref, code: code, error: error)
        try claim.failed()
        spool.note(JournalEvent("failed", stage: "submit", ref: ref, code: code, detail: error))
    }

    /// Works a ready entry off.
    func finish(_ ref: EntryRef) throws {
        guard let claim = try spool.claim(EntryPlace(ref, .ready)) else { throw StoreError(.missing, "\(ref)") }
        try claim.done()
    }

    /// As if it had come into its state so long before noon.
    func age(_ ref: EntryRef, _ state: EntryState, _ age: Duration) throws {
        try Kernel.setModified(spool.layout.entry(EntryPlace(ref, state)), to: (Run.noon + (.zero - age)).nanoseconds)
    }

    func write(_ name: String, _ text: String) throws -> FilePath {
        let path = folder.appending(name)
        try WholeFile.replace(path, with: Array(text.utf8))
        return path
    }

    /// The least that is a Joe Sandbox report.
    static let report = """
        {"analysis": {"generalinfo": {"id": 744288, "target": {"sample": "WbPmrTtnkw"},
        "startdate": "20/12/2018", "starttime": "19:48:25"}}}
        """

    static let mapped = MappedReport(
        title: "WbPmrTtnkw", externalURL: "https://sandbox.example/analysis/744288/0/html",
        timeBegan: "2018-12-20T19:48:25+01:00", body: "{\n  \"generalinfo\": {}\n}",
        tags: ["confidence:64", "Maliciousness:true"],
        indicators: [Indicator(type: .ip, value: "8.8.4.4"), Indicator(type: .url, value: "http://bad.example/x")],
        remarks: ["fileinfo: missing"])
}
