// Reports for tests: the golden file analysis, changed at a path; and large ones made of parts.

import FoundationEssentials

@testable import Spool

enum Samples {
    static let context = AnalysisContext(webid: "752112", run: 0, time: "2018-12-20T19:48:24+01:00")

    /// The golden case `file` in one of its forms.
    static func file(_ form: String = "jsonfixed") throws -> JSONValue {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden/file")
        return try JSONValue(parsing: Array(try Data(contentsOf: folder.appending(path: "\(form).json"))))
    }

    static func map(
        _ analysis: JSONValue, _ options: MappingOptions = MappingOptions(), _ context: AnalysisContext = context
    ) throws(MappingError) -> MappedReport {
        try map(analysis.compact(), options, context)
    }

    static func map(
        _ bytes: [UInt8], _ options: MappingOptions = MappingOptions(), _ context: AnalysisContext = context
    ) throws(MappingError) -> MappedReport {
        try ReportMapper(options).map(MemorySource(bytes), context: context)
    }

    static func map(
        _ text: String, _ options: MappingOptions = MappingOptions(), _ context: AnalysisContext = context
    ) throws(MappingError) -> MappedReport {
        try map(Array(text.utf8), options, context)
    }

    /// A report of these sections, as text of JSON, with a general part.
    static func report(_ sections: String...) -> String {
        let general =
            #"{"id":744288,"target":{"sample":"a.exe","url":""},"startdate":"20/12/2018","starttime":"19:48:25"}"#
        return #"{"analysis":{"generalinfo":\#(general)\#(sections.map { "," + $0 }.joined())}}"#
    }

    /// `count` elements, each from its number.
    static func list(_ count: Int, _ element: (Int) -> String) -> String {
        (0..<count).map(element).joined(separator: ",")
    }

    static func body(_ report: MappedReport) throws -> JSONValue {
        try JSONValue(
            parsing: Array(report.body.utf8), maximumBytes: .max,
            limits: JSONLimits(depth: 200, string: 1 << 24, children: 1 << 20))
    }
}

extension JSONValue {
    /// The same tree with the member at a path replaced, or taken out for nil. A list on the way stands for its first
    /// element.
    func replacing(_ path: ArraySlice<String>, with value: JSONValue?) -> JSONValue {
        guard let name = path.first else { return value ?? .null }
        switch self {
        case .object(let members):
            return .object(
                members.compactMap { member in
                    guard member.name == name else { return member }
                    if path.count == 1 { return value.map { (name, $0) } }
                    return (name, member.value.replacing(path.dropFirst(), with: value))
                })
        case .array(let elements):
            return .array([elements[0].replacing(path, with: value)] + elements.dropFirst())
        default:
            return self
        }
    }
}
