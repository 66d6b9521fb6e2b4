// The resources that `analysis/download` knows by name: those that this server makes, and those that it has heard of.

/// A resource that can be generated.
public enum ReportForm: String, Sendable, CaseIterable, Codable {
    /// The whole report with the converter's hints left in: one child is an object, none is `{"@isArray":"true"}`.
    case json
    /// The whole report, hinted containers always lists, empty ones null.
    case jsonfixed
    case lightjson, lightjsonfixed
    /// The incident report: a flat schema of its own.
    case irjson, irjsonfixed
    case xml, html, pcap

    /// With the hints of the conversion from XML.
    var isRaw: Bool { self == .json || self == .lightjson || self == .irjson }
    var isLight: Bool { self == .lightjson || self == .lightjsonfixed }

    var contentType: String {
        switch self {
        case .json, .jsonfixed, .lightjson, .lightjsonfixed, .irjson, .irjsonfixed: "application/json"
        case .xml: "application/xml"
        case .html: "text/html; charset=utf-8"
        case .pcap: "application/vnd.tcpdump.pcap"
        }
    }

    /// `report-771703.json` for addresses, `report-<md5>.json` for files.
    func fileName(_ analysis: Analysis) -> String {
        let name = analysis.digests?.md5 ?? String(analysis.analysisid)
        return switch self {
        case .json, .jsonfixed: "report-\(name).json"
        case .lightjson, .lightjsonfixed: "lightreport-\(name).json"
        case .irjson, .irjsonfixed: "irreport-\(name).json"
        case .xml: "report-\(name).xml"
        case .html: "report-\(name).html"
        case .pcap: "dump-\(name).pcap"
        }
    }

    /// Names that the vendor's server knows and this one does not make: asked for, they are "not available", not
    /// "unknown".
    static let others: Set<String> = [
        "lighthtml", "executive", "pdf", "pdfexecutive", "classhtml", "lightxml", "classxml", "clusterxml", "irxml",
        "iochtml", "iocjson",
        "iocxml", "stix", "openioc", "maec", "misp", "graphreports", "bins", "shoots", "ishots", "memstrings",
        "binstrings", "memdumps",
        "unpackpe", "unpack", "ida", "pcapslim", "pcapunified", "pcapsslinspection", "yara", "sample", "cookbook",
        "chathtml", "chatpdf",
    ]
}
