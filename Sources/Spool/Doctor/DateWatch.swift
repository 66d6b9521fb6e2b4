// A transport that remembers what time the other side says it is: each HTTP answer has a Date.

import NIOHTTP1
import Synchronization

package final class DateWatch: HTTPTransport {
    /// One reading of the other side's clock between two of ours.
    package struct Reading: Sendable, Equatable {
        /// How far the other side is ahead; negative: behind. To about a second, since Date has no more.
        package var ahead: Duration
        /// How long the call took: the reading is no better than that.
        package var span: Duration

        /// `date` in seconds since 1970, somewhere within that second.
        package init(date: Int64, asked: Timestamp, answered: Timestamp) {
            let half = answered.since(asked) / 2
            let theirs = Timestamp(nanoseconds: 0) + .seconds(date) + .milliseconds(500)
            ahead = theirs.since(asked + half)
            span = answered.since(asked)
        }
    }

    private let inner: any HTTPTransport
    private let now: Now
    private let readings = Mutex<[Reading]>([])

    package init(_ inner: any HTTPTransport, now: @escaping Now) {
        self.inner = inner
        self.now = now
    }

    /// The most exact one so far.
    package var reading: Reading? { readings.withLock { $0.min { $0.span < $1.span } } }

    package func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPAnswer {
        let asked = now()
        let answer = try await inner.send(request)
        let answered = now()
        if let text = answer.headers.first(name: "Date"), let date = HTTPDate.parse(text) {
            readings.withLock { $0.append(Reading(date: date, asked: asked, answered: answered)) }
        }
        return answer
    }
}
