// What a report is worth to others: values to look for. TruSTAR extracts indicators from a report's text by itself;
// ours are for people, for the limits, and for what must survive when a body is cut (vendor notes, indicator
// extraction).

/// Kinds of indicators, by TruSTAR's names.
package enum IndicatorType: String, CaseIterable, Sendable, Codable {
    case ip = "IP"
    case url = "URL"
    case bitcoin = "BITCOIN_ADDRESS"
    case domain = "DOMAIN"
    case md5 = "MD5"
    case sha1 = "SHA1"
    case sha256 = "SHA256"
    case email = "EMAIL_ADDRESS"
    case cve = "CVE"

    /// What the integration promises (Specification, FAQ).
    package static let standard: Set<IndicatorType> = [.ip, .url, .bitcoin]

    /// As written in the configuration.
    package init?(configName name: String) {
        guard let type = IndicatorType.allCases.first(where: { $0.configName == name }) else { return nil }
        self = type
    }

    package var configName: String {
        switch self {
        case .ip: "ip"
        case .url: "url"
        case .bitcoin: "bitcoin"
        case .domain: "domain"
        case .md5: "md5"
        case .sha1: "sha1"
        case .sha256: "sha256"
        case .email: "email"
        case .cve: "cve"
        }
    }

    /// Which go first when there are too many: what is rare and hard to replace.
    var rank: Int {
        switch self {
        case .bitcoin: 0
        case .cve: 1
        case .email: 2
        case .ip: 3
        case .sha256: 4
        case .sha1: 5
        case .md5: 6
        case .domain: 7
        case .url: 8
        }
    }
}

/// One value of one kind, in its canonical text.
package struct Indicator: Hashable, Sendable {
    package let type: IndicatorType
    package let value: String

    package init(type: IndicatorType, value: String) {
        self.type = type
        self.value = value
    }
}
