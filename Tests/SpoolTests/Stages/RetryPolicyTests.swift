import Spool
import Testing

@Suite struct RetryPolicyTests {
    private let policy = RetryPolicy(minimum: .seconds(60), maximum: .seconds(3600), giveUpAfter: .seconds(432_000))

    @Test(arguments: [
        (0, 60), (59, 60), (60, 60), (100, 100), (3599, 3599), (3600, 3600), (400_000, 3600),
    ])
    func `the delay is the time since the first try, within bounds`(failing: Int, delay: Int) {
        #expect(policy.decision(failing: .seconds(failing), scatter: 0) == .again(after: .seconds(delay)))
    }

    @Test func `scatter adds at most a fifth`() {
        #expect(policy.delay(failing: .seconds(100), scatter: 1) == .seconds(120))
        #expect(policy.delay(failing: .seconds(100), scatter: 9) == .seconds(120))
    }

    @Test func `what the other side asks for wins, longer or shorter`() {
        #expect(policy.delay(failing: .seconds(100), asked: .seconds(4), scatter: 1) == .seconds(4))
        #expect(policy.delay(failing: .zero, asked: .seconds(9000), scatter: 1) == .seconds(9000))
    }

    @Test func `after give_up_after there is no further try`() {
        #expect(policy.decision(failing: .seconds(432_000), scatter: 0) == .giveUp)
    }
}
