// What a report says about itself beside the body: title, time begun, deep link (Specification, content mapping).

/// The small fields of a report.
struct ReportDescription: Equatable {
    var title = ""
    var timeBegan: String?
    var externalURL: String?
    var remarks: [String] = []

    /// Most characters (Unicode scalars) of a title. TruSTAR's own limit is not public; this is what its other texts
    /// may have.
    static let longestTitle = 500
    /// Most bytes of a link (vendor notes, report object).
    static let longestURL = 500

    init(_ facts: ReportFacts, _ context: AnalysisContext, _ options: MappingOptions) {
        setTitle(facts, context)
        setTime(facts, context, options)
        setLink(facts, context, options)
    }

    private mutating func setTitle(_ facts: ReportFacts, _ context: AnalysisContext) {
        guard let text = facts[.sample] ?? facts[.url] else {
            title = context.webid
            remarks.append("generalinfo.target: neither sample nor url says what was analysed; the title is the webid")
            return
        }
        title = text
        guard text.unicodeScalars.count > Self.longestTitle else { return }
        title = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.longestTitle - 1))) + "\u{2026}"
        remarks.append("generalinfo.target: a title of more than \(Self.longestTitle) characters, cut")
    }

    private mutating func setTime(_ facts: ReportFacts, _ context: AnalysisContext, _ options: MappingOptions) {
        let reading = AnalysisTime(zone: options.timeZone)
            .read(date: facts[.startdate] ?? "", time: facts[.starttime] ?? "", known: context.time)
        timeBegan = reading.text
        if let remark = reading.remark { remarks.append("generalinfo.startdate, generalinfo.starttime: \(remark)") }
    }

    /// The number in the link is the analysis id, not the webid.
    private mutating func setLink(_ facts: ReportFacts, _ context: AnalysisContext, _ options: MappingOptions) {
        var id = context.webid
        if let own = facts[.id], Self.isID(own) {
            id = own
        } else if let known = context.analysisid, Self.isID(known) {
            id = known
            remarks.append("generalinfo.id: none; the link has the analysis id of the listing")
        } else {
            remarks.append("generalinfo.id: none; the link has the webid")
        }
        var base = options.baseURL[...]
        while base.last == "/" { base.removeLast() }
        let link = "\(base)/analysis/\(id)/\(context.run ?? 0)/html"
        guard link.utf8.count <= Self.longestURL else {
            remarks.append("externalUrl: a link of more than \(Self.longestURL) bytes, left out")
            return
        }
        externalURL = link
    }

    private static func isID(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count) && text.utf8.allSatisfy { $0.isASCIIAlphanumeric || $0 == UInt8(ascii: "-") }
    }
}
