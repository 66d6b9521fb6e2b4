// A report that TruSTAR found too large (413) is made smaller from what is in the outbox: by the same steps and in the
// same order as when it was mapped, without going back to the analysis, which may be on the other side of an air gap.

extension MappedReport {
    /// The report with a body of at most so many bytes, and in any case smaller than now: compact, then cut. The same
    /// report and number give the same result. nil when there is no such body.
    package func shortened(toBytes limit: Int) -> MappedReport? {
        let size = body.utf8.count
        let target = min(limit, size - 1)
        guard target > 0 else { return nil }
        do throws(JSONError) {
            return try shortened(to: target, from: size)
        } catch {
            // Not a JSON object: a body that somebody else wrote. There is no safe way to make that smaller.
            return nil
        }
    }

    private func shortened(to target: Int, from size: Int) throws(JSONError) -> MappedReport? {
        let source = MemorySource(Array(body.utf8))
        var scanner = JSONScanner(source, limits: JSONLimits(children: size, names: size))
        guard let outline = try scanner.outline() else { return nil }
        let parts = outline.members.filter { $0.name != IndicatorList.name }.map {
            BodyBuilder.Part(name: $0.name, section: ReportSection(rawValue: $0.name), slice: $0.value)
        }
        let builder = BodyBuilder(source: source, parts: parts, maxBytes: target, maxIndicators: 0, types: [])
        var report = self
        let compact = try JSONReindenter(source).text(of: outline.object, style: .compact).bytes
        if compact.count <= target {
            report.body = String(decoding: compact, as: UTF8.self)
            report.remarks.append("body: shortened from \(size) to \(compact.count) bytes: compact")
            return report
        }
        let survey = try builder.survey()
        let earlier = try leftOut(outline, source)
        let cut = try builder.cut(survey, indicators: indicators, leftOut: earlier, keepsAll: true)
        guard cut.bytes.count <= target else { return nil }
        report.body = String(decoding: cut.bytes, as: UTF8.self)
        report.remarks.append("body: shortened from \(size) to \(cut.bytes.count) bytes: cut")
        report.remarks += cut.remarks
        return report
    }

    /// How many indicators were found but are not in the report: what the body says is missing in its list, without
    /// those that only had no room there.
    private func leftOut(_ outline: JSONOutline, _ source: any ByteSource) throws(JSONError) -> Int {
        guard let slice = outline[IndicatorList.name] else { return 0 }
        let limits = JSONLimits(depth: 8, string: slice.range.count, children: slice.range.count)
        let list = try JSONValue(source, slice: slice, maximumBytes: slice.range.count, limits: limits)
        guard let missing = list[IndicatorList.leftOutName]?.intValue, (0..<1 << 50).contains(missing) else { return 0 }
        let listed = (list.members ?? []).reduce(0) { $0 + ($1.value.elements?.count ?? 0) }
        return max(0, missing - max(0, indicators.count - listed))
    }
}
