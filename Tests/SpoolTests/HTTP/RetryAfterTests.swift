import NIOHTTP1
import Spool
import Testing

struct RetryAfterTests {
    @Test(arguments: [
        ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
        ("Sun Nov  6 08:49:37 1994", 784_111_777),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
        ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
        ("Mon, 23 Nov 2026 10:00:00 GMT", 1_795_428_000),
    ])
    func `all three forms of an HTTP date are read`(text: String, seconds: Int64) {
        #expect(HTTPDate.parse(text) == seconds)
    }

    @Test(arguments: [
        "", "tomorrow", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 2024 08:49:37 GMT",
        "Sun, 29 Feb 2023 00:00:00 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT", "Sun, 06 Nov 99999999999 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 08:49 GMT", "Sun, -6 Nov 1994 08:49:37 GMT",
    ])
    func `what is no date is none`(text: String) {
        #expect(HTTPDate.parse(text) == nil)
    }

    @Test(arguments: [("0", 0), ("120", 120), (" 7 ", 7), ("999999", 86_400), ("99999999999999999999999", 86_400)])
    func `seconds are taken as they are, up to a day`(text: String, seconds: Int) {
        #expect(RetryAfter.parse(["Retry-After": text]) == .seconds(seconds))
    }

    @Test(arguments: ["", "-5", "1.5", "soon", "5 minutes"])
    func `nonsense asks for nothing`(text: String) {
        #expect(RetryAfter.parse(["Retry-After": text, "Date": "Sun, 06 Nov 1994 08:49:37 GMT"]) == nil)
    }

    @Test func `a date counts from the answer's own date, not from our clock`() {
        let headers: HTTPHeaders = [
            "Retry-After": "Sun, 06 Nov 1994 08:50:37 GMT", "Date": "Sun, 06 Nov 1994 08:49:37 GMT",
        ]
        #expect(RetryAfter.parse(headers) == .seconds(60))
        #expect(RetryAfter.parse(["Retry-After": "Sun, 06 Nov 1994 08:50:37 GMT"]) == nil)
    }

    @Test func `a date in the past asks for no wait, one far ahead for a day`() {
        let date = "Sun, 06 Nov 1994 08:49:37 GMT"
        #expect(RetryAfter.parse(["Retry-After": "Sun, 06 Nov 1994 08:00:00 GMT", "Date": date]) == .zero)
        #expect(RetryAfter.parse(["Retry-After": "Sun, 06 Nov 2094 08:00:00 GMT", "Date": date]) == .seconds(86_400))
    }

    @Test func `milliseconds are never negative and never more than a day`() {
        #expect(RetryAfter.milliseconds(4_243) == .milliseconds(4_243))
        #expect(RetryAfter.milliseconds(-1) == nil)
        #expect(RetryAfter.milliseconds(.max) == .seconds(86_400))
    }
}
