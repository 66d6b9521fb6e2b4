// What every ReportSink must do, whatever is behind it. Run by the tests of each implementation.

import Spool
import Testing

struct SinkConformance {
    var sink: any ReportSink
    /// An enclave that may be written.
    var enclaveID: String
    /// Makes the external ids of a run its own.
    var prefix = "conformance"

    func check() async throws {
        try await whatIsNotThereIsNotFound()
        try await whatIsCreatedIsFound()
        try await anUpdateReplaces()
        try await anUpdateOfNothingIsAFault()
        try await tagsAreAddedAndRemoved()
        try await idsMayHoldAnything()
    }

    func report(_ name: String, title: String = "WbPmrTtnkw") -> OutgoingReport {
        OutgoingReport(
            externalID: "\(prefix)-\(name)", enclaveID: enclaveID, title: title,
            body: "{\"generalinfo\":{\"id\":744288},\"name\":\"Müller \\u202e \\\"分析\\\" /\\\\\"}",
            timeBegan: "2018-12-20T19:48:25+01:00", externalURL: "https://joe.test/analysis/744288/0/html"
        )
    }

    private func whatIsNotThereIsNotFound() async throws {
        #expect(try await sink.find(externalID: "\(prefix)-absent").value == nil)
    }

    private func whatIsCreatedIsFound() async throws {
        let report = report("created")
        let id = try await sink.create(report).value
        let found = try #require(try await sink.find(externalID: report.externalID).value)
        #expect(found.id == id)
        #expect(found.externalID == report.externalID)
        #expect(found.title == report.title)
        #expect(found.body == report.body)
        #expect(found.enclaveIDs == [enclaveID])
        #expect(found.externalURL == nil || found.externalURL == report.externalURL)
    }

    private func anUpdateReplaces() async throws {
        let report = report("updated")
        let id = try await sink.create(report).value
        var changed = report
        changed.title = "another title"
        changed.body = "{}"
        _ = try await sink.update(changed)
        let found = try #require(try await sink.find(externalID: report.externalID).value)
        #expect(found.id == id)
        #expect(found.title == "another title")
        #expect(found.body == "{}")
    }

    private func anUpdateOfNothingIsAFault() async throws {
        let fault = await fault { try await sink.update(report("never-created")) }
        #expect(fault?.scope == .entryFailed)
    }

    private func tagsAreAddedAndRemoved() async throws {
        let id = try await sink.create(report("tagged")).value
        #expect(try await sink.tags(of: id).value.isEmpty)
        _ = try await sink.alterTags(of: id, add: ["confidence:64", "Maliciousness:true"], remove: ["confidence:12"])
        _ = try await sink.alterTags(of: id, add: ["confidence:64"], remove: [])
        #expect(try await tags(id) == ["confidence:64", "maliciousness:true"])
        _ = try await sink.alterTags(of: id, add: [], remove: ["Confidence:64"])
        #expect(try await tags(id) == ["maliciousness:true"])
        _ = try await sink.alterTags(of: id, add: [], remove: [])
    }

    private func tags(_ id: String) async throws -> Set<String> {
        Set(try await sink.tags(of: id).value.map { $0.lowercased() })
    }

    private func idsMayHoldAnything() async throws {
        for name in ["MzVl+/=", "a b", "a?b#c%25", "../x", "ä", "enclave|752112"] {
            let report = report(name)
            let id = try await sink.create(report).value
            #expect(try await sink.find(externalID: report.externalID).value?.id == id, "external id \(name)")
        }
    }
}
