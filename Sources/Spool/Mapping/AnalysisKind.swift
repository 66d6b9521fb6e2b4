// What is a Joe Sandbox report: an object `analysis` that holds at least one section of a full or light report. The
// incident response report (`irjson`) also has an `analysis`, but is of a flat schema with nothing that this mapping
// wants.

enum AnalysisKind {
    /// Throws if the document is no full or light report.
    static func check(_ analysis: JSONOutline) throws(MappingError) {
        let names = Set(analysis.members.map(\.name))
        if !names.isDisjoint(with: ReportSection.allCases.map(\.rawValue)) { return }
        if !names.isDisjoint(with: ReportSection.incidentNames) {
            throw MappingError(
                .notAReport,
                "an incident response report (irjson), which has none of the sections to map: "
                    + "fetch it with joe.report_type 'jsonfixed' (or 'json', 'lightjson', 'lightjsonfixed')"
            )
        }
        if !names.isDisjoint(with: ReportSection.otherNames) { return }
        throw MappingError(.notAReport, "not a Joe Sandbox report: 'analysis' has none of its sections")
    }

    /// What there is to say about the sections as a whole.
    static func remarks(_ analysis: JSONOutline) -> [String] {
        var remarks: [String] = []
        for section in ReportSection.allCases where analysis[section.rawValue] == nil {
            remarks.append("\(section.rawValue): missing")
        }
        let sections = Set(ReportSection.allCases.map(\.rawValue))
        for name in analysis.repeated where sections.contains(name) {
            remarks.append("\(name): more than once in the report; the last one counts")
        }
        return remarks
    }

    /// Whether the report lists errors of the analysis itself: some text in `errorinfo`, whatever its shape.
    static func hasErrors(_ analysis: JSONOutline, _ source: any ByteSource) throws(JSONError) -> Bool {
        guard let slice = analysis["errorinfo"] else { return false }
        var reader = JSONReader(source, slice: slice, limits: JSONLimits(cutsLongStrings: true))
        while let event = try reader.next() {
            switch event {
            case .name(let name):
                if ["@isArray", "@arrayTag", "@count"].contains(name) { _ = try reader.skip() }
            case .string(let text):
                if text.utf8.contains(where: { !$0.isASCIIWhitespace }) { return true }
            case .number, .bool:
                return true
            case .beginObject, .endObject, .beginArray, .endArray, .null:
                break
            }
        }
        return false
    }
}
