// The first twenty-five reports of one seed, as documents: each is made and read once for all tests.

import MockKit

@testable import MockJoe

enum Samples {
    static let generator = ReportGenerator(seed: 7, count: 25, reportSize: 75_000)
    static let analyses = (0..<25).map(generator.catalogue.analysis)

    private static let fixed = documents(.jsonfixed)
    private static let raw = documents(.json)
    private static let lightFixed = documents(.lightjsonfixed)
    private static let lightRaw = documents(.lightjson)
    private static let incidentFixed = documents(.irjsonfixed)
    private static let incidentRaw = documents(.irjson)

    /// The `analysis` of each report; the test is told when one is none.
    static func reports(_ form: ReportForm) throws -> [JSONValue] {
        let documents =
            switch form {
            case .jsonfixed: fixed
            case .json: raw
            case .lightjsonfixed: lightFixed
            case .lightjson: lightRaw
            case .irjsonfixed: incidentFixed
            case .irjson: incidentRaw
            case .xml, .html, .pcap: [JSONValue?]()
            }
        return try documents.map { document in
            guard let document else { throw MockError("a report in the form \(form) is no JSON document") }
            return document
        }
    }

    private static func documents(_ form: ReportForm) -> [JSONValue?] {
        (0..<25).map { try? document(generator.report(at: $0, form: form)) }  // nil is looked at above
    }
}

/// A report as a document.
func document(_ body: ReportBody) throws -> JSONValue {
    let value = try JSONValue(parsing: body.bytes)
    guard let analysis = value["analysis"] else { throw MockError("no analysis") }
    return analysis
}
