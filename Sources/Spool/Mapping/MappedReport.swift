// What mapping makes: all of a report except the external id and the enclave, which are known only where it is
// submitted.

/// A report as it waits in the outbox.
package struct MappedReport: Sendable, Equatable {
    package var title: String
    /// The deep link.
    package var externalURL: String?
    /// ISO 8601 with offset.
    package var timeBegan: String?
    /// One JSON object, indented, or compact if it would be too large.
    package var body: String
    package var tags: [String]
    package var indicators: [Indicator]
    /// What was unusual about the analysis, and what was left out: one line each, most with a path in front.
    package var remarks: [String]

    package init(
        title: String, externalURL: String? = nil, timeBegan: String? = nil, body: String, tags: [String] = [],
        indicators: [Indicator] = [], remarks: [String] = []
    ) {
        self.title = title
        self.externalURL = externalURL
        self.timeBegan = timeBegan
        self.body = body
        self.tags = tags
        self.indicators = indicators
        self.remarks = remarks
    }
}
