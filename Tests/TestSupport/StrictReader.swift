// A reader of Prometheus' text format that forgives nothing, written from the format's description and not from our
// writer: what it does not accept, a scraper may refuse.

package struct StrictReader {
    package struct Wrong: Error, CustomStringConvertible {
        package let description: String
    }

    package struct Sample: Equatable {
        package let name: String
        package let labels: [String: String]
        package let value: Double

        package init(name: String, labels: [String: String], value: Double) {
            (self.name, self.labels, self.value) = (name, labels, value)
        }
    }

    package private(set) var samples: [Sample] = []
    package private(set) var types: [String: String] = [:]
    private var helped: Set<String> = []
    private var seen: Set<String> = []
    private var current: String?

    package init(_ text: String) throws {
        guard text.hasSuffix("\n") || text.isEmpty else { throw Wrong(description: "the last line has no end") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() { try read(String(line)) }
        for (name, type) in types where type == "histogram" { try checkHistogram(name) }
    }

    package subscript(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
    }

    private mutating func read(_ line: String) throws {
        if line.hasPrefix("# HELP ") {
            let parts = line.dropFirst(7).split(separator: " ", maxSplits: 1)
            guard parts.count == 2, helped.insert(String(parts[0])).inserted else { throw Wrong(description: line) }
            current = String(parts[0])
        } else if line.hasPrefix("# TYPE ") {
            let parts = line.dropFirst(7).split(separator: " ").map(String.init)
            guard parts.count == 2, parts[0] == current, types[parts[0]] == nil,
                ["counter", "gauge", "histogram"].contains(parts[1])
            else { throw Wrong(description: line) }
            types[parts[0]] = parts[1]
        } else {
            try readSample(line)
        }
    }

    private mutating func readSample(_ line: String) throws {
        var rest = line[...]
        let name = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") })
        rest = rest.dropFirst(name.count)
        guard !name.isEmpty, name.first?.isNumber == false else { throw Wrong(description: line) }
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest = rest.dropFirst()
            while rest.first != "}" {
                let label = String(rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
                rest = rest.dropFirst(label.count)
                guard !label.isEmpty, !label.hasPrefix("__"), rest.hasPrefix("=\"") else {
                    throw Wrong(description: line)
                }
                rest = rest.dropFirst(2)
                guard labels.updateValue(try Self.value(&rest, line), forKey: label) == nil else {
                    throw Wrong(description: "twice a label: \(line)")
                }
                if rest.first == "," { rest = rest.dropFirst() }
            }
            rest = rest.dropFirst()
        }
        let family = types[name] != nil ? name : Self.family(name)
        // No time stamp may follow: the collector refuses it.
        guard rest.first == " ", let value = Double(rest.dropFirst().replacing("Inf", with: "inf")), family == current,
            types[family] != nil
        else { throw Wrong(description: line) }
        guard seen.insert("\(name) \(labels.sorted { $0.key < $1.key })").inserted else {
            throw Wrong(description: "twice: \(line)")
        }
        samples.append(Sample(name: name, labels: labels, value: value))
    }

    private static func value(_ rest: inout Substring, _ line: String) throws -> String {
        var value = ""
        while let next = rest.popFirst() {
            if next == "\"" { return value }
            guard next == "\\" else {
                value.append(next)
                continue
            }
            switch rest.popFirst() {
            case "n": value.append("\n")
            case "\\": value.append("\\")
            case "\"": value.append("\"")
            default: throw Wrong(description: "escape in \(line)")
            }
        }
        throw Wrong(description: "no end of a label in \(line)")
    }

    private static func family(_ name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            return String(name.dropLast(suffix.count))
        }
        return name
    }

    private func checkHistogram(_ name: String) throws {
        for count in samples where count.name == "\(name)_count" {
            let buckets = samples.filter { sample in
                sample.name == "\(name)_bucket" && sample.labels.filter { $0.key != "le" } == count.labels
            }
            let limits = buckets.compactMap { $0.labels["le"].flatMap { Double($0.replacing("Inf", with: "inf")) } }
            let isRising = zip(limits, limits.dropFirst()).allSatisfy { $0 < $1 }
            let isGrowing = zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }
            guard limits.count == buckets.count, limits.last == .infinity, isRising, isGrowing,
                buckets.last?.value == count.value, self["\(name)_sum", count.labels] != nil
            else { throw Wrong(description: "histogram \(name) \(count.labels)") }
        }
    }
}
