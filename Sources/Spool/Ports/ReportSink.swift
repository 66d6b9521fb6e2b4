// What `submit` asks of the place that reports go to. TruSTAR is one; tests bring others.

/// A report with all that is sent of it, the external id and the enclave included.
package struct OutgoingReport: Sendable, Equatable {
    package var externalID: String
    package var enclaveID: String
    package var title: String
    package var body: String
    /// ISO 8601 with offset.
    package var timeBegan: String?
    package var externalURL: String?

    package init(
        externalID: String, enclaveID: String, title: String, body: String, timeBegan: String?, externalURL: String?
    ) {
        self.externalID = externalID
        self.enclaveID = enclaveID
        self.title = title
        self.body = body
        self.timeBegan = timeBegan
        self.externalURL = externalURL
    }
}

/// A report as the other side has it.
package struct RemoteReport: Sendable, Equatable {
    package var id: String
    package var externalID: String?
    package var title: String?
    package var body: String?
    /// Milliseconds since 1970.
    package var timeBegan: Int64?
    package var externalURL: String?
    package var enclaveIDs: [String]

    package init(
        id: String, externalID: String? = nil, title: String? = nil, body: String? = nil, timeBegan: Int64? = nil,
        externalURL: String? = nil, enclaveIDs: [String] = []
    ) {
        self.id = id
        self.externalID = externalID
        self.title = title
        self.body = body
        self.timeBegan = timeBegan
        self.externalURL = externalURL
        self.enclaveIDs = enclaveIDs
    }
}

/// An answer together with the other side's name for the exchange.
package struct Traced<Value: Sendable>: Sendable {
    package var value: Value
    package var traceID: String?

    package init(_ value: Value, traceID: String?) {
        self.value = value
        self.traceID = traceID
    }
}

package protocol ReportSink: Sendable {
    /// The new report's internal id.
    func create(_ report: OutgoingReport) async throws(Fault) -> Traced<String>

    /// The report of that external id; nil only if the other side says that it has none.
    func find(externalID: String) async throws(Fault) -> Traced<RemoteReport?>

    /// Replaces every field of the report with that external id.
    func update(_ report: OutgoingReport) async throws(Fault) -> Traced<Void>

    /// The tags' names of a report, by internal id.
    func tags(of id: String) async throws(Fault) -> Traced<[String]>

    /// Adds and removes tags, by internal id. Adding what is there and removing what is not are no errors.
    func alterTags(of id: String, add: [String], remove: [String]) async throws(Fault) -> Traced<Void>

    /// Why nothing should be begun just now, as far as that is known without a call; nil if nothing stands in the way.
    func obstacle() async -> Fault?

    /// The same fault with more to say: what exactly this account lacks in an enclave. For faults about permission.
    func explained(_ fault: Fault, enclave id: String) async -> Fault
}

extension ReportSink {
    package func obstacle() async -> Fault? { nil }
    package func explained(_ fault: Fault, enclave id: String) async -> Fault { fault }
}
