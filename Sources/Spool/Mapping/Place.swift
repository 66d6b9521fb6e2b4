// What the names in an analysis mean: the one table of the vendor's structure (vendor notes, sections used by the
// mapping). Everything that is not here passes through as it is.

/// Where in an analysis an object stands, as far as that matters. Elements of a list stand where the list stands.
enum Place: Hashable, Sendable {
    case generalinfo, target
    case fileinfo, trid
    case domaininfo, domain
    case ipinfo, ip
    case urlinfo, url
    case droppedinfo, hash, hashValue
    case detections, strategy
    case mitreattack, tactic, technique
    case sighits, sig
    case fact(Fact)
    case other

    /// A value that mapping itself needs.
    enum Fact: String, Hashable, Sendable {
        case sample, url, id, startdate, starttime
        // Of a strategy.
        case name, detection, score, malicious, suspicious, clean, unknown
    }

    /// A field that holds indicators by definition.
    enum Field: Sendable {
        case ip, domain, url, hash
    }

    /// What a member of an object at a place is.
    struct Member {
        var place: Place = .other
        /// Whether it is a list whatever the number of its elements: the raw form writes one element without the list.
        var isList = false
        var fact: Fact?
        var field: Field?
        /// Whether it goes into the body.
        var isTaken = true
    }

    init(_ section: ReportSection) {
        self =
            switch section {
            case .generalinfo: .generalinfo
            case .fileinfo: .fileinfo
            case .comments: .other
            case .domaininfo: .domaininfo
            case .ipinfo: .ipinfo
            case .urlinfo: .urlinfo
            case .droppedinfo: .droppedinfo
            case .signaturedetections: .detections
            case .mitreattack: .mitreattack
            }
    }

    func member(_ name: String) -> Member {
        switch (self, name) {
        case (.generalinfo, "target"): Member(place: .target)
        case (.generalinfo, "id"): Member(place: .fact(.id), fact: .id)
        case (.generalinfo, "startdate"): Member(place: .fact(.startdate), fact: .startdate)
        case (.generalinfo, "starttime"): Member(place: .fact(.starttime), fact: .starttime)
        case (.target, "sample"): Member(place: .fact(.sample), fact: .sample)
        case (.target, "url"): Member(place: .fact(.url), fact: .url, field: .url)
        case (.fact(let fact), "$"): Member(fact: fact, field: fact == .url ? .url : nil)
        case (.fileinfo, "trid"): Member(place: .trid)
        case (.fileinfo, "md5"), (.fileinfo, "sha1"), (.fileinfo, "sha256"): Member(field: .hash)
        case (.fileinfo, _): Member(isTaken: ReportSection.fileFields.contains(name))
        case (.trid, "def"): Member(isList: true)
        case (.trid, _): Member(isTaken: false)
        case (.domaininfo, "domain"): Member(place: .domain, isList: true)
        case (.domain, "@name"): Member(field: .domain)
        case (.domain, "@ip"), (.url, "@ip"), (.ip, "@ip"): Member(field: .ip)
        case (.ipinfo, "ip"): Member(place: .ip, isList: true)
        case (.ip, "@domain"): Member(field: .domain)
        case (.urlinfo, "url"): Member(place: .url, isList: true)
        case (.url, "@name"): Member(field: .url)
        case (.droppedinfo, "hash"): Member(place: .hash, isList: true)
        case (.hash, "value"): Member(place: .hashValue, isList: true)
        case (.hashValue, "$"): Member(field: .hash)
        case (.detections, "strategy"): Member(place: .strategy, isList: true)
        case (.strategy, "@name"): Member(fact: .name)
        case (.strategy, "detection"), (.strategy, "score"), (.strategy, "malicious"), (.strategy, "suspicious"),
            (.strategy, "clean"),
            (.strategy, "unknown"):
            Member(place: Fact(rawValue: name).map { .fact($0) } ?? .other, fact: Fact(rawValue: name))
        case (.mitreattack, "tactic"): Member(place: .tactic, isList: true)
        case (.tactic, "technique"): Member(place: .technique, isList: true)
        case (.sighits, "sig"): Member(place: .sig, isList: true)
        case (_, "sighits"): Member(place: .sighits)
        default: Member()
        }
    }

    /// For remarks; nil for a place that is not watched.
    var path: String? {
        switch self {
        case .domain: "domaininfo.domain"
        case .ip: "ipinfo.ip"
        case .url: "urlinfo.url"
        case .hash: "droppedinfo.hash"
        case .strategy: "signaturedetections.strategy"
        case .tactic: "mitreattack.tactic"
        case .technique: "mitreattack.tactic.technique"
        case .target: "generalinfo.target"
        case .trid: "fileinfo.trid"
        default: nil
        }
    }

    /// The member that an object here is expected to have.
    var expected: String? {
        switch self {
        case .domain, .url, .strategy: "@name"
        case .ip: "@ip"
        case .hash: "value"
        case .target: "sample"
        case .trid: "def"
        default: nil
        }
    }
}
