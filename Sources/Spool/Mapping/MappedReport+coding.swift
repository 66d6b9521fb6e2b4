// The payload of an outbox entry: `{"report": {…}, "tags": […], "indicators": [{"type", "value"}…], "remarks": […]}`.
// It is written by map and read by submit, perhaps on another machine and by another version; so reading is strict, and
// what is wrong is said by its path.

extension MappedReport {
    /// The payload, compact, members always in the same order.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("report")
            writer.object { writer in
                writer.member("title", title)
                Self.write("externalUrl", externalURL, to: &writer)
                Self.write("timeBegan", timeBegan, to: &writer)
                writer.member("reportBody", body)
            }
            Self.write("tags", tags, to: &writer)
            writer.name("indicators")
            writer.array { writer in
                for indicator in indicators {
                    writer.object { writer in
                        writer.member("type", indicator.type.rawValue)
                        writer.member("value", indicator.value)
                    }
                }
            }
            Self.write("remarks", remarks, to: &writer)
        }
        return writer.bytes
    }

    private static func write(_ name: String, _ text: String?, to writer: inout JSONWriter) {
        writer.name(name)
        if let text { writer.string(text) } else { writer.null() }
    }

    private static func write(_ name: String, _ texts: [String], to writer: inout JSONWriter) {
        writer.name(name)
        writer.array { writer in
            for text in texts { writer.string(text) }
        }
    }

    /// Reads a payload back. Members that are unknown do not matter; those that are known must be there and of their
    /// kind.
    package init(decoding bytes: [UInt8]) throws(MappingError) {
        let root: JSONValue
        do {
            let limits = JSONLimits(depth: 16, string: bytes.count, children: bytes.count)
            root = try JSONValue(parsing: bytes, maximumBytes: bytes.count, limits: limits)
        } catch {
            throw MappingError(.badPayload, "not a report's payload: \(error)")
        }
        let report = PayloadReader(value: root, path: "")
        let fields = try report.member("report")
        title = try fields.member("title").text()
        externalURL = try fields.member("externalUrl").optionalText()
        timeBegan = try fields.member("timeBegan").optionalText()
        body = try fields.member("reportBody").text()
        tags = try report.member("tags").texts()
        remarks = try report.member("remarks").texts()
        indicators = []
        for element in try report.member("indicators").elements() {
            let name = try element.member("type").text()
            guard let type = IndicatorType(rawValue: name) else {
                throw MappingError(.badPayload, "\(element.path).type: '\(name)' is no type of indicator")
            }
            indicators.append(Indicator(type: type, value: try element.member("value").text()))
        }
    }
}

/// A value of a payload, and where it stands.
private struct PayloadReader {
    let value: JSONValue
    let path: String

    func member(_ name: String) throws(MappingError) -> PayloadReader {
        let path = path.isEmpty ? name : "\(path).\(name)"
        guard value.kind == .object else { throw wrong("an object") }
        guard let member = value[name] else {
            throw MappingError(.badPayload, "\(path): missing in the report's payload")
        }
        return PayloadReader(value: member, path: path)
    }

    func text() throws(MappingError) -> String {
        guard let text = value.stringValue else { throw wrong("a string") }
        return text
    }

    func optionalText() throws(MappingError) -> String? {
        value.isNull ? nil : try text()
    }

    func elements() throws(MappingError) -> [PayloadReader] {
        guard let elements = value.elements else { throw wrong("a list") }
        return elements.enumerated().map { PayloadReader(value: $0.element, path: "\(path)[\($0.offset)]") }
    }

    func texts() throws(MappingError) -> [String] {
        var texts: [String] = []
        for element in try elements() { texts.append(try element.text()) }
        return texts
    }

    private func wrong(_ wanted: String) -> MappingError {
        let place = path.isEmpty ? "the payload" : path
        return MappingError(.badPayload, "\(place): \(value.kind.rawValue) where \(wanted) should be")
    }
}
