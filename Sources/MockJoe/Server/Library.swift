// The analyses that were there from the start, generated or in a folder, and how to find one among all: an entry
// says what an analysis is, what it is doing at a given time, and where its bytes come from.

struct Entry: Sendable {
    enum Source: Sendable {
        case generated
        case file(FolderReport)
        /// An analysis of Joe Reverser: listed only when asked for, and without any JSON.
        case reverser
    }

    var webid: String
    var analysis: Analysis
    var phase: Phase
    var source: Source
    /// Downloads are encrypted with it.
    var password: String?
}

struct Library: Sendable {
    private enum Born: Sendable {
        case generated(Catalogue)
        case folder([FolderReport])
    }

    private let born: Born
    private let options: JoeOptions
    /// Analyses of Joe Reverser, each listed right after one of the others.
    let reverser: [(webid: String, after: Int)]

    init(_ options: JoeOptions) throws {
        self.options = options
        if let path = options.reportsDirectory {
            born = .folder(try FolderReport.all(in: path))
            reverser = []
        } else {
            let catalogue = Catalogue(seed: options.seed, count: options.analyses, odd: options.oddOnes)
            born = .generated(catalogue)
            reverser = (0..<min(3, catalogue.count / 10)).map { number in
                var dice = Dice(options.seed, .reverser, UInt64(number))
                let digits = dice.hex(32)
                return (Library.uuid(digits), catalogue.webid(at: catalogue.count - 1 - number * 3))
            }
        }
    }

    private static func uuid(_ digits: String) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if [8, 12, 16, 20].contains(index) { text.append("-") }
            text.append(index == 12 ? "4" : index == 16 ? "a" : digit)
        }
        return text
    }

    var catalogue: Catalogue? { if case .generated(let catalogue) = born { catalogue } else { nil } }

    var count: Int {
        switch born {
        case .generated(let catalogue): catalogue.count
        case .folder(let reports): reports.count
        }
    }

    /// Ascending.
    func webid(at index: Int) -> Int {
        switch born {
        case .generated(let catalogue): catalogue.webid(at: index)
        case .folder(let reports): reports[index].webid
        }
    }

    var nextWebid: Int {
        switch born {
        case .generated(let catalogue): catalogue.nextWebid
        case .folder(let reports): (reports.last?.webid ?? 752_111) + 1
        }
    }

    /// The first index whose webid is not below `limit`.
    func index(notBelow limit: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if webid(at: middle) < limit { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func entry(at index: Int, _ state: JoeState, time: Int) -> Entry {
        switch born {
        case .generated(let catalogue):
            let analysis = catalogue.analysis(at: index)
            var phase = Phase.finished
            if catalogue.isUnfinished(index) {
                let number = index - (catalogue.count - catalogue.odd.unfinished)
                phase = options.timings.phase(ofUnfinished: number, begun: state.begun, at: time)
            }
            return Entry(
                webid: analysis.webid, analysis: analysis, phase: phase, source: .generated,
                password: analysis.encrypted ? options.password : nil)
        case .folder(let reports):
            let report = reports[index]
            return Entry(
                webid: String(report.webid), analysis: report.analysis(), phase: .finished, source: .file(report))
        }
    }

    /// An analysis by its webid, wherever it came from; nil when there is none (any more, or yet).
    func entry(_ webid: String, _ state: JoeState, time: Int) -> Entry? {
        guard state.deleted[webid] == nil else { return nil }
        if let known = reverser.first(where: { $0.webid == webid }) { return reverserEntry(known.webid, known.after) }
        guard let number = Int(webid), String(number) == webid else { return nil }
        let index = index(notBelow: number)
        if index < count, self.webid(at: index) == number { return entry(at: index, state, time: time) }
        return state.submitted.first { $0.webid == number }.flatMap { entry($0, time: time) }
    }

    /// The analysis of a submission, once it exists.
    func entry(_ submitted: Submitted, time: Int) -> Entry? {
        let phase = options.timings.phase(begun: submitted.begun, at: time)
        guard phase > .accepted else { return nil }
        var dice = Dice(options.seed, .analysis, UInt64(truncatingIfNeeded: submitted.webid))
        var recipe = Recipe(
            webid: String(submitted.webid), analysisid: Catalogue.analysisid(ofWebid: submitted.webid),
            time: submitted.begun / 1000, slot: Slot(submitted.kind, submitted.verdict))
        recipe.given = Recipe.Given(
            target: submitted.name, digests: submitted.digests, size: submitted.size, systems: submitted.systems,
            comments: submitted.comments, tags: submitted.tags, script: submitted.script)
        var analysis = recipe.analysis(&dice)
        analysis.encrypted = submitted.password != nil
        return Entry(
            webid: analysis.webid, analysis: analysis, phase: phase, source: .generated, password: submitted.password)
    }

    private func reverserEntry(_ webid: String, _ after: Int) -> Entry {
        var dice = Dice(options.seed, .reverser, UInt64(truncatingIfNeeded: after))
        let recipe = Recipe(
            webid: webid, analysisid: Catalogue.analysisid(ofWebid: after), time: Civil.instant(2019, 1, 5) + after,
            slot: Slot(.executable, .malicious))
        return Entry(webid: webid, analysis: recipe.analysis(&dice), phase: .finished, source: .reverser)
    }
}
