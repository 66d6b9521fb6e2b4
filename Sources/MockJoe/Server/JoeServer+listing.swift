// `analysis/list`: everything there is, newest first, in pages that hang on the last webid seen. So nothing that is
// added or deleted between two pages shifts the rest; a server that pages by position is what the fault
// `listing-changes` plays.

import MockKit

/// One line of a listing. The rank orders lines: twice the webid, one more for an ordinary analysis than for a
/// Reverser one beside it.
struct Listed: Sendable {
    var rank: Int
    var webid: String
    var isReverser: Bool
}

extension JoeServer {
    func analysisList(_ call: Call) throws -> MockResponse {
        let isPaged = try call.form.flag("pagination") ?? false
        let reverser = try call.form.flag("include-reverser-analyses")
        let state = call.request.hasFault(.listingChanges) ? addNeighbour(at: call.time) : state
        var after = try call.form["pagination_next"].map(Token.rank)
        // All moved down by one: the last of the page before comes again.
        if call.request.hasFault(.listingChanges), let rank = after { after = rank + 1 }
        let most = isPaged ? max(1, options.pageSize) + 1 : Int.max
        var lines = listing(state, after: after, most: most, reverser: reverser ?? false, time: call.time)
        let hasMore = isPaged && lines.count == most
        if hasMore { lines.removeLast() }
        if call.request.hasFault(.duplicateItems), let first = lines.first { lines.insert(first, at: 0) }
        var answer: [String: JSONValue] = [
            "data": .array(
                lines.map { line in
                    guard reverser != nil else { return ["webid": .string(line.webid)] }
                    return ["webid": .string(line.webid), "analysis_type": line.isReverser ? "reverser" : "sandbox"]
                })
        ]
        if isPaged { answer["pagination"] = hasMore ? ["next": .string(Token.text(lines.last?.rank ?? 0))] : [:] }
        return MockResponse.json(.object(answer))
    }

    /// Lines whose rank is below `after`, newest first.
    func listing(_ state: JoeState, after: Int?, most: Int, reverser: Bool, time: Int) -> [Listed] {
        var lines: [Listed] = []
        let limit = after ?? Int.max
        for submitted in state.submitted.reversed() where lines.count < most {
            let line = Listed(rank: submitted.webid * 2 + 1, webid: String(submitted.webid), isReverser: false)
            if line.rank < limit, state.deleted[line.webid] == nil, library.entry(submitted, time: time) != nil {
                lines.append(line)
            }
        }
        var index = library.index(notBelow: limit == Int.max ? Int.max : limit / 2)
        while index > 0, lines.count < most {
            index -= 1
            let webid = library.webid(at: index)
            let text = String(webid)
            if state.deleted[text] == nil { lines.append(Listed(rank: webid * 2 + 1, webid: text, isReverser: false)) }
        }
        guard reverser else { return lines }
        let lowest = lines.count < most ? 0 : lines.last?.rank ?? 0
        for (webid, near) in library.reverser where near * 2 < limit && near * 2 > lowest && state.deleted[webid] == nil
        {
            lines.append(Listed(rank: near * 2, webid: webid, isReverser: true))
        }
        lines.sort { $0.rank > $1.rank }
        return Array(lines.prefix(most))
    }

    /// Somebody else of the same account submits something between two pages; it is finished by the next.
    private func addNeighbour(at time: Int) -> JoeState {
        let timings = options.timings
        let past = timings.accepted.milliseconds + timings.submitted.milliseconds + timings.running.milliseconds
        return change { state in
            let submitted = Submitted(
                webid: state.nextWebid, kind: .executable, verdict: .malicious,
                name: "neighbour-\(state.nextSubmission).exe", systems: [],
                comments: "", tags: [], begun: time - past)
            state.submissions.append(
                Submission(
                    id: state.nextSubmission, name: submitted.name, begun: submitted.begun, isWaiting: false,
                    analyses: [submitted]))
            state.nextSubmission += 1
            state.nextWebid += 1
            return state
        }
    }
}

/// Tokens of pages. Opaque to clients: a number nobody shall read, with a check so that a made-up one is refused.
enum Token {
    static func text(_ rank: Int) -> String {
        let value = UInt64(truncatingIfNeeded: rank)
        let check = Dice.mix(value) & 0xFFFF
        return "p" + String((value << 16 | check) ^ 0x5A5A_C3C3_9696, radix: 36)
    }

    static func rank(_ text: String) throws -> Int {
        guard text.utf8.count <= 16, text.hasPrefix("p"), let value = UInt64(text.dropFirst(), radix: 36) else {
            throw JoeError.invalid("pagination_next")
        }
        let plain = value ^ 0x5A5A_C3C3_9696
        guard Dice.mix(plain >> 16) & 0xFFFF == plain & 0xFFFF else { throw JoeError.invalid("pagination_next") }
        return Int(plain >> 16)
    }
}
