// Which analyses the server was born with. Nothing is stored: number i of the catalogue is computed from the seed,
// and i from its webid, so ten thousand analyses cost nothing until somebody asks for one of them.
//
// The oldest one is the example of the specification (webid 752112, analysis id 744288, "WbPmrTtnkw", 20/12/2018
// 19:48:25, score 64), whatever the seed. The next ones follow in slots of `slot(of:)`, so webids and times grow
// together.

struct Catalogue: Sendable {
    let seed: UInt64
    let count: Int
    let odd: OddOnes

    /// Analyses that a client cannot simply download.
    struct OddOnes: Sendable {
        /// The newest ones, still submitted or running when the server starts.
        var unfinished: Int
        var encrypted: Int
        var broken: Int

        /// A few of each among many; none when there are so few analyses that somebody wants exactly those.
        static func usual(among count: Int) -> OddOnes {
            guard count >= 10 else { return OddOnes(unfinished: 0, encrypted: 0, broken: 0) }
            return OddOnes(unfinished: min(8, count / 12 + 1), encrypted: 1, broken: 1)
        }
    }

    init(seed: UInt64, count: Int, odd: OddOnes? = nil) {
        self.seed = seed
        self.count = max(0, min(count, 10_000_000))
        self.odd = odd ?? .usual(among: count)
    }

    // MARK: Numbers

    private static let firstWebid = 752_112
    private static let firstTime = Civil.instant(2018, 12, 20, 18, 48, 24)
    private static let sparse = 400
    private static let wide = 587
    private static let narrow = 29

    /// One account starts an analysis each 20 hours for a year, then one an hour; the whole cloud starts one each
    /// two minutes.
    private static func slot(of index: Int) -> Int {
        index < sparse ? index * wide : sparse * wide + (index - sparse) * narrow
    }

    func webid(at index: Int) -> Int {
        guard index > 0 else { return Catalogue.firstWebid }
        let width = index < Catalogue.sparse ? Catalogue.wide : Catalogue.narrow
        var dice = Dice(seed, .webid, UInt64(index))
        return Catalogue.firstWebid + Catalogue.slot(of: index) + dice.below(width)
    }

    func index(ofWebid webid: String) -> Int? {
        guard let number = Int(webid), String(number) == webid else { return nil }
        let slot = number - Catalogue.firstWebid
        guard slot >= 0 else { return nil }
        let boundary = Catalogue.sparse * Catalogue.wide
        let index =
            slot < boundary ? slot / Catalogue.wide : Catalogue.sparse + (slot - boundary) / Catalogue.narrow
        return index < count && self.webid(at: index) == number ? index : nil
    }

    /// What follows the newest: submissions are numbered from here.
    var nextWebid: Int { Catalogue.firstWebid + Catalogue.slot(of: count) + Catalogue.wide }

    /// The distance between the two numbers of one analysis grows slowly, as in the wild (7824 in December, 7900 in
    /// January).
    static func analysisid(ofWebid webid: Int) -> Int {
        webid - 7824 - max(0, webid - firstWebid) / 360
    }

    // MARK: Analyses

    func isUnfinished(_ index: Int) -> Bool { index >= count - odd.unfinished }

    func analysis(at index: Int) -> Analysis {
        let webid = webid(at: index)
        var dice = Dice(seed, .analysis, UInt64(index))
        var order = Recipe(
            webid: String(webid),
            analysisid: Catalogue.analysisid(ofWebid: webid),
            time: Catalogue.firstTime + (webid - Catalogue.firstWebid) * 122,
            slot: Catalogue.slots[index % Catalogue.slots.count])
        order.turn = index / Catalogue.slots.count
        order.isSpecifications = index == 0
        var analysis = order.analysis(&dice)
        analysis.encrypted = (0..<odd.encrypted).contains { index == 3 + $0 * 25 }
        analysis.broken = (0..<odd.broken).contains { index == 5 + $0 * 25 }
        return analysis
    }

    /// Each of the kinds that a reader must cope with occurs among the first 23.
    private static let slots: [Slot] = [
        Slot(.executable, .malicious, name: .random), Slot(.website, .clean), Slot(.document, .malicious),
        Slot(.executable, .malicious), Slot(.script, .malicious), Slot(.executable, .suspicious),
        Slot(.website, .malicious), Slot(.executable, .malicious, old: true),
        Slot(.executable, .suspicious, name: .foreign),
        Slot(.unreachable, .unknown), Slot(.document, .clean), Slot(.executable, .malicious, name: .numeric),
        Slot(.executable, .malicious, name: .hostile), Slot(.website, .suspicious),
        Slot(.document, .suspicious, old: true),
        Slot(.executable, .unknown), Slot(.script, .clean), Slot(.document, .malicious, runs: 3),
        Slot(.website, .clean, old: true), Slot(.executable, .malicious, runs: 2), Slot(.executable, .clean),
        Slot(.document, .suspicious, name: .foreign), Slot(.commandLine, .suspicious),
        Slot(.script, .malicious, name: .random),
        Slot(.website, .malicious, runs: 2),
    ]
}

/// The place of an analysis in the catalogue's round of kinds.
struct Slot: Sendable {
    enum Name: Sendable { case plain, random, foreign, numeric, hostile }

    var kind: TargetKind
    var verdict: Verdict
    var name: Name
    var old: Bool
    var runs: Int

    init(_ kind: TargetKind, _ verdict: Verdict, name: Name = .plain, old: Bool = false, runs: Int = 1) {
        self.kind = kind
        self.verdict = verdict
        self.name = name
        self.old = old
        self.runs = runs
    }
}
