// The few values of an analysis that mapping itself reads, picked up while the sections pass by.

/// What an analysis says about itself. A later value of the same name replaces an earlier one.
struct ReportFacts {
    private var values: [Place.Fact: String] = [:]
    private var strategy: [Place.Fact: String] = [:]
    /// The strategy whose verdict counts (vendor notes: by its name, never by its place in the list).
    private(set) var empiric: [Place.Fact: String]?

    subscript(fact: Place.Fact) -> String? {
        guard let text = values[fact], text.utf8.contains(where: { !$0.isASCIIWhitespace }) else { return nil }
        return text
    }

    mutating func set(_ fact: Place.Fact, _ text: String?) {
        switch fact {
        case .sample, .url, .id, .startdate, .starttime: values[fact] = text
        case .name, .detection, .score, .malicious, .suspicious, .clean, .unknown: strategy[fact] = text
        }
    }

    mutating func beginStrategy() {
        strategy = [:]
    }

    mutating func endStrategy() {
        if strategy[.name] == "empiric" { empiric = strategy }
        strategy = [:]
    }
}
