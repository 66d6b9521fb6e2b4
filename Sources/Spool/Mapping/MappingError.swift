// What stops a mapping. Nearly nothing does: a section that is missing or of another shape gives a report with a
// remark. Trying again never helps, for mapping sees bytes and options and nothing else.

/// Why bytes could not become a report, or a payload could not be read back.
package struct MappingError: Error, Sendable, Equatable {
    package enum Code: String, Sendable, Equatable, CaseIterable {
        /// The bytes are no JSON document, or end too early.
        case notJSON = "not-json"
        /// JSON, but not a full or light Joe Sandbox report.
        case notAReport = "not-a-report"
        /// Nested too deep, or with a name or number longer than any report has.
        case beyondLimits = "beyond-limits"
        /// The bytes could not be read.
        case unreadable
        /// An outbox payload that lacks something or has it in another shape.
        case badPayload = "bad-payload"
        /// A time zone file that is damaged or of an unknown kind.
        case badTimeZone = "bad-time-zone"
    }

    package let code: Code
    /// One line: what, where (path or byte), why, and what to do if something can be done.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension MappingError: CustomStringConvertible {
    package var description: String { message }
}
