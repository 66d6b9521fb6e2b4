// The two tags (Specification, Tags): the score and whether it is malicious, from the strategy `empiric`.
//
// A sandbox that could not run the sample has no opinion, and no opinion must not read like an acquittal: without a
// strategy that says so, or with signs of a failed run, the tag is `Maliciousness:unknown`.

/// What the strategy says, as tags, and what there is to say about it.
struct VerdictTags: Equatable {
    var tags: [String] = []
    var remarks: [String] = []

    private static let path = "signaturedetections.strategy"

    /// `hasErrors`: whether the report lists errors of the analysis itself.
    init(_ strategy: [Place.Fact: String]?, hasErrors: Bool) {
        guard let strategy else {
            tags = ["Maliciousness:unknown"]
            remarks = ["\(Self.path): no strategy 'empiric', so the analysis is inconclusive"]
            return
        }
        if let score = strategy[.score].flatMap(Self.score) {
            tags.append("confidence:\(score)")
        } else {
            remarks.append("\(Self.path).score: no number, so there is no confidence tag")
        }
        let conclusion = Self.isMalicious(strategy, hasErrors: hasErrors)
        tags.append("Maliciousness:\(conclusion.map { $0 ? "true" : "false" } ?? "unknown")")
        if Self.truth(strategy[.malicious]) == nil {
            remarks.append("\(Self.path).malicious: neither true nor false; the tag follows from the detection")
        }
        if conclusion == nil {
            let reason =
                hasErrors
                ? "errorinfo: the analysis met errors" : "\(Self.path): neither malicious, suspicious nor clean"
            remarks.append("\(reason), so it is inconclusive")
        }
    }

    /// nil when the strategy has no opinion.
    private static func isMalicious(_ strategy: [Place.Fact: String], hasErrors: Bool) -> Bool? {
        let detection = strategy[.detection]?.uppercased() ?? ""
        if truth(strategy[.malicious]) ?? (detection == "MAL") { return true }
        if truth(strategy[.unknown]) == true || detection == "UNKNOWN" { return nil }
        if detection == "SUS" || truth(strategy[.suspicious]) == true { return false }
        guard detection == "CLEAN" || truth(strategy[.clean]) == true, !hasErrors else { return nil }
        return false
    }

    private static func truth(_ text: String?) -> Bool? {
        switch text?.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }

    /// A number that can stand in a tag, as it was sent.
    private static func score(_ text: String) -> String? {
        let bytes = Array(text.utf8).trimmedASCII
        let isNumber = bytes.allSatisfy { $0.isASCIIDigit || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
        guard isNumber, bytes.contains(where: \.isASCIIDigit), bytes.count <= 16 else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
