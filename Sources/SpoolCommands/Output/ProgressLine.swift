// One line at the bottom of a terminal that says how far long work has come: how much, how fast, how long it will take. On
// anything but a terminal there is none, and not a byte of it.

import Spool
import Synchronization

/// How far work has come, as numbers.
struct Progress: Sendable, Equatable {
    var what: String
    var done: Int
    /// nil: not known.
    var total: Int?
    /// Seconds since it began.
    var elapsed: Double
    var note = ""

    /// `map: 1200 of 5000, 240/s, 16s left`
    var text: String {
        var text = "\(what): \(done)"
        if let total, total >= done { text += " of \(total)" }
        guard elapsed >= 1, done > 0 else { return text + note }
        let rate = Double(done) / elapsed
        text += ", \(Self.rate(rate))"
        if let total, total > done {
            text += ", \(Amounts.span(.seconds(min(Double(total - done) / rate, 1e9)))) left"
        }
        return text + note
    }

    /// `240/s`, `3.5/s`, `12/min`
    static func rate(_ perSecond: Double) -> String {
        if perSecond >= 10 { return "\(Int(min(perSecond.rounded(), 1e15)))/s" }
        if perSecond >= 1 { return "\(tenths(perSecond))/s" }
        let perMinute = perSecond * 60
        return perMinute >= 10 ? "\(Int(perMinute.rounded()))/min" : "\(tenths(perMinute))/min"
    }

    private static func tenths(_ number: Double) -> String {
        let tenths = Int((number * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}

/// Shows progress on one stream, at most five times a second.
final class ProgressLine: Sendable {
    private struct State {
        var began: Timestamp?
        var shown: Timestamp?
    }

    private static let pause = Duration.milliseconds(200)

    private let stream: OutputStream
    private let now: Now
    private let state = Mutex(State())

    /// nil where there is no terminal, or nobody wants to see it.
    init?(_ surroundings: Surroundings, isQuiet: Bool) {
        guard surroundings.talk.style.isTerminal, !isQuiet else { return nil }
        stream = surroundings.talk
        now = surroundings.now
    }

    /// The time from here on counts for the rate.
    func begin() {
        let now = now()
        state.withLock { $0 = State(began: now) }
    }

    func show(_ what: String, done: Int, of total: Int?, note: String = "") {
        let now = now()
        let elapsed = state.withLock { state -> Duration? in
            if let shown = state.shown, now.since(shown) < Self.pause, now >= shown { return nil }
            state.shown = now
            return now.since(state.began ?? now)
        }
        guard let elapsed else { return }
        let (seconds, attoseconds) = elapsed.components
        let progress = Progress(
            what: what, done: done, total: total, elapsed: Double(seconds) + Double(attoseconds) / 1e18, note: note)
        stream.hover(Visible(progress.text).description)
    }

    func end() { stream.hover(nil) }
}
