// What mapping is told besides the bytes. Nothing else has a say in a report: no clock, no network, no environment, so
// that the same analysis gives the same report on both sides of an air gap.

/// How analyses become reports.
package struct MappingOptions: Sendable {
    /// The zone of the clock that a report's `startdate` and `starttime` were read from.
    package var timeZone: TimeZoneRules
    /// The site that deep links hang on, without a final slash.
    package var baseURL: String
    /// Most bytes of a body in UTF-8. TruSTAR takes 2 MB (vendor notes, limits).
    package var maxBytes: Int
    /// Most indicators of a report. TruSTAR takes 2,000.
    package var maxIndicators: Int
    package var indicatorTypes: Set<IndicatorType>

    package init(
        timeZone: TimeZoneRules = .zurich,
        baseURL: String = "https://jbxcloud.joesecurity.org",
        maxBytes: Int = 2_000_000,
        maxIndicators: Int = 2000,
        indicatorTypes: Set<IndicatorType> = IndicatorType.standard
    ) {
        self.timeZone = timeZone
        self.baseURL = baseURL
        self.maxBytes = maxBytes
        self.maxIndicators = maxIndicators
        self.indicatorTypes = indicatorTypes
    }
}

/// What the envelope of an entry knows about the analysis in it.
package struct AnalysisContext: Sendable {
    package var webid: String
    package var analysisid: String?
    /// The run whose report this is; 0 in the deep link when nobody said.
    package var run: Int?
    /// The time of the analysis, ISO 8601 with offset.
    package var time: String?

    package init(webid: String, analysisid: String? = nil, run: Int? = nil, time: String? = nil) {
        self.webid = webid
        self.analysisid = analysisid
        self.run = run
        self.time = time
    }
}
