// From a kind and a verdict to an analysis in which everything agrees: score with verdict, runs with the whole,
// names and hashes with the kind. Used for the catalogue and for what clients submit, which brings its own name and
// digests.

struct Recipe: Sendable {
    var webid: String
    var analysisid: Int
    var time: Int
    var slot: Slot
    /// How often this slot came before: lists of odd names are gone through in turn, so that none waits for luck.
    var turn = 0
    /// The example of the specification, to the letter.
    var isSpecifications = false
    /// What a submission fixes; the rest is drawn.
    var given = Given()

    struct Given: Sendable {
        var target: String?
        var digests: Digests?
        var size: Int?
        var systems: [String] = []
        var comments: String?
        var tags: [String]?
        var script: String?
    }

    func analysis(_ dice: inout Dice) -> Analysis {
        let seed = dice.next()
        let kind = slot.kind
        let runs = makeRuns(&dice)
        let (target, original) = names(&dice)
        let digests = kind.isAddress || kind == .commandLine ? nil : given.digests ?? Recipe.digests(&dice)
        let malicious = runs.contains { $0.verdict == .malicious }
        let threat = malicious ? dice.pick(Vocabulary.families) : dice.chance(30) ? "Unknown" : ""
        let classes = kind.isAddress ? "phis." : dice.pick(Vocabulary.classes)
        return Analysis(
            seed: seed,
            webid: webid,
            analysisid: analysisid,
            kind: kind,
            target: target,
            originalName: original,
            digests: digests,
            size: digests == nil ? 0 : given.size ?? dice.within(1_800...900_000),
            time: time,
            duration: dice.within(150...720),
            script: given.script ?? script,
            comments: given.comments ?? dice.pick(Vocabulary.submitterComments),
            tags: given.tags ?? dice.pick(dice.below(3), of: Vocabulary.tags),
            classification: malicious ? classes : "",
            threat: threat,
            hasConfiguration: malicious && threat != "Unknown" && !slot.old,
            version: dice.pick(slot.old ? Vocabulary.oldVersions : Vocabulary.versions),
            runs: runs)
    }

    private var script: String {
        switch slot.kind {
        case .executable, .script: "default.jbs"
        case .document: "defaultwindowsofficecookbook.jbs"
        case .website, .unreachable: "browseurl.jbs"
        case .commandLine: "defaultwindowscmdlinecookbook.jbs"
        }
    }

    private func makeRuns(_ dice: inout Dice) -> [Run] {
        let wanted = given.systems.isEmpty ? slot.runs : given.systems.count
        return (0..<wanted).map { number in
            // The second run of several sees it all; the others may see less.
            let worst = wanted == 1 || number == 1
            let verdict = worst || slot.verdict <= .clean ? slot.verdict : dice.pick([slot.verdict, .clean])
            var system = dice.pick(Vocabulary.systems.filter { $0.arch == "WINDOWS" })
            if given.systems.indices.contains(number) {
                let name = given.systems[number]
                system =
                    Vocabulary.systems.first { $0.name == name }
                    ?? System(name: name, description: name, arch: "WINDOWS")
            }
            return Run(
                system: system,
                verdict: verdict,
                score: isSpecifications ? 64 : Recipe.score(verdict, &dice),
                error: error(number, of: wanted),
                yara: verdict == .malicious && dice.chance(60),
                sigma: verdict >= .suspicious && dice.chance(40),
                snort: verdict == .malicious && dice.chance(30))
        }
    }

    private func error(_ number: Int, of wanted: Int) -> String? {
        if slot.kind == .unreachable {
            return "URL not reachable, check the report for detailed error information"
        }
        return slot.verdict == .unknown && number == 0 ? "Unable to run" : nil
    }

    static func score(_ verdict: Verdict, _ dice: inout Dice) -> Int {
        switch verdict {
        case .unknown: 0
        case .clean: dice.within(0...19)
        case .suspicious: dice.within(24...39)
        case .malicious: dice.within(48...100)
        }
    }

    /// - Returns: the name or address in the report, and the one submitted if Joe Sandbox gave it another.
    private func names(_ dice: inout Dice) -> (String, String) {
        if isSpecifications { return ("WbPmrTtnkw", "Invoice_2231.exe") }
        if let target = given.target { return (target, "") }
        switch (slot.kind, slot.name) {
        case (.website, _), (.unreachable, _): return (Recipe.address(&dice, secure: slot.verdict == .clean), "")
        case (.commandLine, _): return ("powershell.exe -nop -w hidden -c \"IEX (New-Object Net.WebClient)\"", "")
        case (_, .foreign): return (inTurn(Vocabulary.foreignNames), "")
        case (_, .numeric): return (inTurn(Vocabulary.numericNames), "")
        case (_, .hostile): return (inTurn(Vocabulary.hostileNames), "")
        case (_, .random): return (dice.letters(10), fileName(&dice))
        case (_, .plain): return (fileName(&dice), "")
        }
    }

    private func inTurn(_ names: [String]) -> String { names[(turn + (slot.kind == .document ? 1 : 0)) % names.count] }

    private func fileName(_ dice: inout Dice) -> String {
        switch slot.kind {
        case .document: dice.pick(Vocabulary.documents)
        case .script: dice.pick(Vocabulary.scripts)
        case .executable, .website, .unreachable, .commandLine: dice.pick(Vocabulary.executables)
        }
    }

    static func host(_ dice: inout Dice) -> String {
        let first = dice.pick(Vocabulary.syllables) + (dice.chance(40) ? "-" : "")
        return "\(first)\(dice.pick(Vocabulary.syllables))\(dice.below(90) + 10).\(dice.pick(Vocabulary.tops))"
    }

    static func address(_ dice: inout Dice, secure: Bool) -> String {
        "\(secure ? "https" : "http")://\(host(&dice))/\(dice.pick(Vocabulary.paths))"
    }

    static func digests(_ dice: inout Dice) -> Digests {
        let letters: StaticString = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        return Digests(
            md5: dice.hex(32), sha1: dice.hex(40), sha256: dice.hex(64), sha512: dice.hex(128),
            ssdeep: "6144:" + dice.text(64, from: letters) + ":" + dice.text(52, from: letters))
    }
}
