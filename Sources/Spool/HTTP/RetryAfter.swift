// How long the other side asks us to wait: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3).
//
// A date counts from the `Date` header of the same answer, not from the clock here: two clocks that disagree must not
// turn a minute into a year. Whatever is asked for, it is never more than a day.

package import NIOHTTP1

package enum RetryAfter {
    package static let longest = Duration.seconds(86_400)

    /// nil if there is no such header, or none that makes sense.
    package static func parse(_ headers: HTTPHeaders) -> Duration? {
        guard let text = headers.first(name: "Retry-After")?.trimmingBlanks, !text.isEmpty else { return nil }
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            return min(Int64(text).map { .seconds($0) } ?? longest, longest)
        }
        guard let until = HTTPDate.parse(text), let now = headers.first(name: "Date").flatMap(HTTPDate.parse) else {
            return nil
        }
        return min(max(.seconds(until - now), .zero), longest)
    }

    /// A wait in milliseconds; nil if it is negative.
    package static func milliseconds(_ count: Int64) -> Duration? {
        count < 0 ? nil : min(.milliseconds(count), longest)
    }
}

extension StringProtocol {
    /// Without blanks and tabs at both ends.
    var trimmingBlanks: String {
        let tail = self.drop { $0.isWhitespace }
        guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(tail[...last])
    }
}
