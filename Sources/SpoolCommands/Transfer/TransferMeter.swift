// How far a bundle is, on a terminal: one line that is written over and taken away at the end.

import Spool
import Synchronization

final class TransferMeter: Sendable {
    private struct State {
        var expected = 0
        var passed = 0
        var start: ContinuousClock.Instant?
        var shown: ContinuousClock.Instant?
    }

    private let verb: String
    private let talk: OutputStream
    private let state = Mutex(State())
    private static let interval = Duration.milliseconds(200)

    /// nil where nobody looks: no terminal, or asked to be quiet.
    init?(_ verb: String, quiet: Bool) {
        talk = Surroundings.current.talk
        self.verb = verb
        guard talk.style.isTerminal, !quiet else { return nil }
    }

    func step(_ step: TransferWatch.Step) {
        let now = ContinuousClock.now
        let line = state.withLock { state -> String? in
            switch step {
            case .expect(let bytes): state.expected += bytes
            case .passed(let bytes): state.passed += bytes
            }
            let start = state.start ?? now
            state.start = start
            guard now - (state.shown ?? start) >= Self.interval else { return nil }
            state.shown = now
            return TransferLine.text(verb, done: state.passed, of: state.expected, after: now - start)
        }
        if let line { talk.hover(line) }
    }

    func end() {
        talk.hover(nil)
    }
}

/// `exporting: 45 %, 1.8 GB of 4.0 GB, 80 MB/s, 27s left`
enum TransferLine {
    static func text(_ verb: String, done: Int, of total: Int, after elapsed: Duration) -> String {
        let seconds = max(0.001, elapsed / .seconds(1))
        let rate = Double(done) / seconds
        var parts = total > 0 ? ["\(min(100, Int(Double(done) / Double(total) * 100))) %"] : []
        parts.append(total > 0 ? "\(Amounts.size(done)) of \(Amounts.size(total))" : Amounts.size(done))
        parts.append("\(Amounts.size(Int(rate)))/s")
        if total > done, rate > 0 {
            parts.append("\(Amounts.span(.seconds(Int64(min(1e9, Double(total - done) / rate))))) left")
        }
        return "\(verb): \(parts.joined(separator: ", "))"
    }
}
