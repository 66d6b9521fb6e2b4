// Analysis in, report out (Specification, TruSTAR Report Content Mapping): a pure function of bytes, context and
// options.
//
// Only a document that is no Joe Sandbox report at all is an error. Whatever else is missing, empty or of another shape
// costs a remark, never the report: reports change with every version of the sandbox, and an analyst would rather have
// most of one than none. Memory does not grow with the report.

/// Makes reports from analyses.
package struct ReportMapper: Sendable {
    package let options: MappingOptions

    package init(_ options: MappingOptions) {
        self.options = options
    }

    /// Maps the report file of one analysis. It must not change while it is read.
    package func map(_ source: some ByteSource, context: AnalysisContext) throws(MappingError) -> MappedReport {
        var analysis: JSONOutline?
        do {
            var scanner = JSONScanner(source)
            analysis = try scanner.outline(at: ["analysis"])
        } catch {
            throw MappingError(error)
        }
        guard let analysis else {
            throw MappingError(.notAReport, "not a Joe Sandbox report: there is no object 'analysis' in it")
        }
        try AnalysisKind.check(analysis)
        do {
            return try map(source, analysis, context)
        } catch {
            throw MappingError(error)
        }
    }

    private func map(
        _ source: any ByteSource, _ analysis: JSONOutline, _ context: AnalysisContext
    ) throws(JSONError) -> MappedReport {
        var remarks = AnalysisKind.remarks(analysis)
        var parts: [BodyBuilder.Part] = []
        for section in ReportSection.allCases {
            guard let slice = analysis[section.rawValue] else { continue }
            parts.append(BodyBuilder.Part(name: section.rawValue, section: section, slice: slice))
        }
        let builder = BodyBuilder(
            source: source, parts: parts, maxBytes: options.maxBytes, maxIndicators: options.maxIndicators,
            types: options.indicatorTypes)
        let survey = try builder.survey()
        remarks += survey.remarks
        if survey.repairs > 0 { remarks.append("\(survey.repairs) character(s) were no valid text and are U+FFFD") }
        let description = ReportDescription(survey.facts, context, options)
        let verdict = VerdictTags(survey.facts.empiric, hasErrors: try AnalysisKind.hasErrors(analysis, source))
        remarks += description.remarks + verdict.remarks
        let body = try body(builder, survey, &remarks)
        return MappedReport(
            title: description.title, externalURL: description.externalURL, timeBegan: description.timeBegan,
            body: String(decoding: body, as: UTF8.self), tags: verdict.tags, indicators: survey.indicators.kept,
            remarks: remarks)
    }

    /// Indented if it may be, else compact, else cut.
    private func body(
        _ builder: BodyBuilder, _ survey: BodyBuilder.Survey, _ remarks: inout [String]
    ) throws(JSONError) -> [UInt8] {
        let found = survey.indicators
        if let compact = survey.compact, found.leftOut == 0 {
            if let indented = try builder.indented(compact) { return indented }
            remarks.append("body: compact, since indented it is larger than \(options.maxBytes) bytes")
            return compact
        }
        if found.leftOut > 0 {
            let total = "\(found.isExact ? "" : "more than ")\(found.kept.count + found.leftOut)"
            remarks.append("indicators: \(found.kept.count) of \(total) kept")
        }
        if survey.compact == nil {
            remarks.append("body: cut, since its \(survey.size) bytes are more than \(options.maxBytes)")
        }
        let cut = try builder.cut(survey, indicators: found.kept, leftOut: found.leftOut)
        remarks += cut.remarks
        return cut.bytes
    }
}

extension MappingError {
    fileprivate init(_ error: JSONError) {
        switch error.code {
        case .readFailed, .sourceChanged, .writeFailed:
            self.init(.unreadable, "cannot read the analysis: \(error)")
        case .tooDeep, .tooLong, .tooMany:
            self.init(.beyondLimits, "no report is like that: \(error)")
        case .unexpectedEnd, .unexpectedByte, .trailingBytes, .mismatchedBracket, .controlCharacter, .invalidEscape,
            .invalidNumber, .invalidLiteral, .wrongKind:
            self.init(.notJSON, "not valid JSON: \(error)")
        }
    }
}
