// The parts of an analysis that go into a report, and the two orders that matter: of the body, and of cutting.

/// A section of an analysis that becomes a part of the body (Specification, Report Body). The cases are in the body's
/// order.
enum ReportSection: String, CaseIterable, Sendable {
    case generalinfo, fileinfo, comments, domaininfo, ipinfo, urlinfo, droppedinfo, signaturedetections, mitreattack

    /// Who gives up room first when a body is too large: what is long and says least. What says most comes last.
    static let cutOrder: [ReportSection] = [
        .droppedinfo, .urlinfo, .domaininfo, .ipinfo, .mitreattack, .comments, .signaturedetections, .fileinfo,
        .generalinfo,
    ]

    /// The only members of `fileinfo` that are taken: the others are dumps of the file's inside.
    static let fileFields: Set<String> = [
        "filetype", "entropy", "trid", "filename", "submissionpath", "filesize", "md5", "sha1", "sha256", "sha512",
        "ssdeep",
    ]

    /// The list that the section is there for; it is missed when a section has something, but not this.
    var list: String? {
        switch self {
        case .domaininfo: "domain"
        case .ipinfo: "ip"
        case .urlinfo: "url"
        case .droppedinfo: "hash"
        case .signaturedetections: "strategy"
        case .mitreattack: "tactic"
        case .generalinfo, .fileinfo, .comments: nil
        }
    }

    /// Sections of a full or light report that are not mapped, but tell that a document is one (vendor notes, top-level
    /// sections).
    static let otherNames: Set<String> = [
        "signatureconfidence", "signatureinfo", "simulations", "signatureclassifications", "patches", "eventlog",
        "sigscore", "avhit",
        "patterninfo", "behavior", "successnotices", "warninginfo", "yara", "runtimemessages", "analysistime",
        "context", "errorinfo",
        "malware_configs", "sigma",
    ]

    /// Members of the flat incident response report (`irjson`), which is of another schema.
    static let incidentNames: Set<String> = ["contacted", "signatures", "confidence", "detection", "dropped"]
}
