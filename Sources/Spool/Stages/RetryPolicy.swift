// When to try again: a pure function of how long it has been failing.
//
// As long again as since the first try, within bounds, a little scattered, so that what failed together does not come back
// together; given up after `giveUpAfter`. The same rule serves entries and stages. What the other side asks for wins.

package struct RetryPolicy: Sendable, Equatable {
    package var minimum: Duration
    package var maximum: Duration
    package var giveUpAfter: Duration

    package init(
        minimum: Duration = .seconds(60), maximum: Duration = .seconds(3600),
        giveUpAfter: Duration = .seconds(5 * 86_400)
    ) {
        self.minimum = minimum
        self.maximum = max(minimum, maximum)
        self.giveUpAfter = giveUpAfter
    }

    package enum Decision: Sendable, Equatable {
        case again(after: Duration)
        case giveUp
    }

    /// `failing`: time since the first try. `asked`: what the other side asked for. `scatter`: 0..<1, from a random source.
    package func decision(failing: Duration, asked: Duration? = nil, scatter: Double) -> Decision {
        if failing >= giveUpAfter { return .giveUp }
        return .again(after: delay(failing: failing, asked: asked, scatter: scatter))
    }

    /// How long to wait; up to a fifth longer by `scatter`.
    package func delay(failing: Duration, asked: Duration? = nil, scatter: Double) -> Duration {
        let bounded = min(max(failing, minimum), maximum)
        let scattered = bounded + bounded * (0.2 * min(max(scatter, 0), 1))
        return max(asked ?? .zero, asked == nil ? scattered : .zero)
    }
}
