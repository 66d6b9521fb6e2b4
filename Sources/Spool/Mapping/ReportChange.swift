// What is different between two reports of one analysis: what TruSTAR would see of it, and what only stays here
// (indicators and remarks are in the outbox, but not sent). A pure comparison of values.

/// From one report to another.
package struct ReportChange: Sendable, Equatable {
    /// A field of the report; nil where it has none.
    package struct Field: Sendable, Equatable {
        package let name: String
        package let from: String?
        package let to: String?
    }

    /// A member of the body, with its bytes (without blanks) before and after; nil where it is missing.
    package struct Section: Sendable, Equatable {
        package let name: String
        package let from: Int?
        package let to: Int?
    }

    package struct Body: Sendable, Equatable {
        package let from: Int
        package let to: Int
        /// Those that differ, in the order of the new body, then those that went; none if only the blanks differ.
        package let sections: [Section]
    }

    /// `title`, `timeBegan`, `externalUrl`, as far as they differ.
    package let fields: [Field]
    package let addedTags: [String]
    package let removedTags: [String]
    /// nil if the body is the same.
    package let body: Body?
    package let addedIndicators: [Indicator]
    package let removedIndicators: [Indicator]
    package let hasOtherRemarks: Bool

    package init(from old: MappedReport, to new: MappedReport) {
        fields = [
            Field(name: "title", from: old.title, to: new.title),
            Field(name: "timeBegan", from: old.timeBegan, to: new.timeBegan),
            Field(name: "externalUrl", from: old.externalURL, to: new.externalURL),
        ].filter { $0.from != $0.to }
        addedTags = Self.missing(new.tags, in: old.tags)
        removedTags = Self.missing(old.tags, in: new.tags)
        body = old.body.utf8.elementsEqual(new.body.utf8) ? nil : Self.body(old.body, new.body)
        let (before, after) = (Set(old.indicators), Set(new.indicators))
        addedIndicators = new.indicators.filter { !before.contains($0) }
        removedIndicators = old.indicators.filter { !after.contains($0) }
        hasOtherRemarks = old.remarks != new.remarks
    }

    /// Whether TruSTAR would get something else than before.
    package var isSent: Bool {
        !fields.isEmpty || !addedTags.isEmpty || !removedTags.isEmpty || body != nil
    }

    package var isEmpty: Bool {
        !isSent && addedIndicators.isEmpty && removedIndicators.isEmpty && !hasOtherRemarks
    }

    /// TruSTAR keeps tags in lower case: another case is no change.
    private static func missing(_ tags: [String], in others: [String]) -> [String] {
        let there = Set(others.map { $0.lowercased() })
        return tags.filter { !there.contains($0.lowercased()) }
    }

    private static func body(_ old: String, _ new: String) -> Body {
        let (before, after) = (sections(old), sections(new))
        var sections: [Section] = []
        for (name, bytes) in after {
            let earlier = before.first { $0.name == name }?.bytes
            if earlier != bytes { sections.append(Section(name: name, from: earlier?.count, to: bytes.count)) }
        }
        for (name, bytes) in before where !after.contains(where: { $0.name == name }) {
            sections.append(Section(name: name, from: bytes.count, to: nil))
        }
        return Body(from: old.utf8.count, to: new.utf8.count, sections: sections)
    }

    /// The members of a body; none of a text that is no object of JSON, which then only differs as a whole.
    private static func sections(_ body: String) -> [(name: String, bytes: [UInt8])] {
        let bytes = Array(body.utf8)
        let source = MemorySource(bytes)
        var scanner = JSONScanner(source, limits: JSONLimits(children: bytes.count, names: bytes.count))
        guard let outline = try? scanner.outline() else { return [] }
        return outline.members.map { member in
            // What cannot be written anew is compared as it stands.
            let compact = try? JSONReindenter(source).text(of: member.value, style: .compact).bytes
            return (member.name, compact ?? Array(bytes[member.value.range]))
        }
    }
}
