// What a run of an analysis saw: hosts, addresses, dropped files, signatures, techniques, coins. Drawn once per
// report from the analysis' seed and written in each form, so that all forms tell the same story.

struct Evidence: Sendable {
    struct Host: Sendable {
        var name: String
        var ip: String?
        var malicious: Bool
    }

    struct Address: Sendable {
        var ip: String
        var host: String?
        var network: Vocabulary.Network?  // nil for private ones
        var malicious: Bool
    }

    struct Link: Sendable {
        var url: String
        var ip: String?
        var fromMemory: Bool
        var malicious: Bool
    }

    struct Dropped: Sendable {
        var path: String
        var type: String
        var size: Int
        var digests: Digests
        var malicious: Bool
    }

    struct Signature: Sendable {
        var rule: Vocabulary.Rule
        var sources: [String]
    }

    struct Tactic: Sendable {
        var name: String
        var techniques: [(id: String, name: String)]
    }

    var processes: [String] = []
    var hosts: [Host] = []
    var addresses: [Address] = []
    var links: [Link] = []
    var dropped: [Dropped] = []
    var signatures: [Signature] = []
    var tactics: [Tactic] = []
    var coins: [String] = []
    var comments: [String] = []
}

extension Evidence {
    init(_ analysis: Analysis, run number: Int) {
        let run = analysis.runs.indices.contains(number) ? analysis.runs[number] : nil
        // All runs of one analysis saw the same things, except that a harmless run saw none of the harm.
        let verdict = run?.verdict ?? analysis.verdict
        var dice = Dice(analysis.seed, .evidence)
        guard run?.error == nil else {
            comments = ["Browsing link: \(analysis.target)", "URL browsing timeout or error"]
            signatures = [Signature(rule: Vocabulary.habits[0], sources: [])]
            return
        }
        processes = [analysis.kind.isAddress ? Vocabulary.browser : Vocabulary.processes[0] + analysis.target]
        processes += dice.pick(dice.within(1...3), of: Array(Vocabulary.processes.dropFirst()))
        drawNetwork(analysis, verdict, &dice)
        drawDropped(verdict, &dice)
        drawSignatures(verdict, &dice)
        drawComments(analysis, verdict, &dice)
    }

    private mutating func drawNetwork(_ analysis: Analysis, _ verdict: Verdict, _ dice: inout Dice) {
        let bad = verdict == .malicious ? dice.within(1...4) : verdict == .suspicious ? 1 : 0
        for number in 0..<(bad + dice.within(0...3)) {
            let malicious = number < bad && verdict == .malicious
            let network = dice.pick(Vocabulary.networks)
            let ip = Evidence.publicAddress(in: network, &dice)
            let name = number < bad ? Recipe.host(&dice) : dice.pick(Vocabulary.goodHosts)
            guard !hosts.contains(where: { $0.name == name }) else { continue }
            let resolved = !dice.chance(20)
            hosts.append(Host(name: name, ip: resolved ? ip : nil, malicious: malicious))
            if resolved { addresses.append(Address(ip: ip, host: name, network: network, malicious: malicious)) }
            let scheme = malicious ? "http" : "https"
            let url = "\(scheme)://\(name)/\(dice.pick(Vocabulary.paths))"
            links.append(Link(url: url, ip: resolved ? ip : nil, fromMemory: dice.chance(40), malicious: malicious))
            if dice.chance(50) {
                links.append(Link(url: "\(url)?id=\(dice.hex(8))", ip: nil, fromMemory: true, malicious: false))
            }
        }
        if analysis.kind == .website {
            links.insert(
                Link(url: analysis.target, ip: nil, fromMemory: false, malicious: verdict == .malicious), at: 0)
        }
        if bad > 1 || dice.chance(40) {
            addresses.append(
                Address(ip: "192.168.2.\(dice.within(2...254))", host: nil, network: nil, malicious: false))
        }
    }

    static func publicAddress(in network: Vocabulary.Network, _ dice: inout Dice) -> String {
        if network.prefix.utf8.contains(UInt8(ascii: ":")) {
            return "\(network.prefix)::\(dice.hex(3)):\(dice.below(9) + 1)"
        }
        return "\(network.prefix).\(dice.within(1...254)).\(dice.within(1...254))"
    }

    private mutating func drawDropped(_ verdict: Verdict, _ dice: inout Dice) {
        for number in 0..<dice.within(0...(verdict == .malicious ? 5 : 2)) {
            let (suffix, type) = dice.pick(Vocabulary.fileTypes)
            dropped.append(
                Dropped(
                    path: dice.pick(Vocabulary.droppedPaths) + "\(dice.lowercase(6)).\(suffix)",
                    type: type,
                    size: dice.within(40...400_000),
                    digests: Recipe.digests(&dice),
                    malicious: verdict == .malicious && number == 0))
        }
    }

    private mutating func drawSignatures(_ verdict: Verdict, _ dice: inout Dice) {
        var rules = dice.pick(dice.within(1...5), of: Vocabulary.habits)
        if verdict >= .suspicious { rules = dice.pick(dice.within(1...2), of: Vocabulary.suspicion) + rules }
        if verdict == .malicious { rules = dice.pick(dice.within(1...4), of: Vocabulary.malice) + rules }
        signatures = rules.map { rule in
            Signature(
                rule: rule, sources: (0..<dice.below(4)).map { "\(rule.text.prefix(18)) at 0x\(dice.hex(8)) #\($0)" })
        }
        guard verdict >= .suspicious else { return }
        for tactic in dice.pick(dice.within(2...6), of: Vocabulary.tactics) {
            let empty = dice.chance(15)
            tactics.append(
                Tactic(
                    name: tactic.name,
                    techniques: empty ? [] : dice.pick(dice.within(1...3), of: tactic.techniques)))
        }
    }

    private mutating func drawComments(_ analysis: Analysis, _ verdict: Verdict, _ dice: inout Dice) {
        comments = dice.pick(dice.within(0...3), of: Vocabulary.cookbookComments)
        guard verdict == .malicious, !analysis.kind.isAddress, dice.chance(60) || analysis.kind == .executable else {
            return
        }
        coins = (0..<dice.within(1...2)).map { _ in Coins.address(&dice) }
        comments.append("Found text that asks for payment: send 0.\(dice.within(1...9)) BTC to \(coins[0])")
    }
}
