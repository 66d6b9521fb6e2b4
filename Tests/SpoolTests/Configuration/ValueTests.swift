import SystemPackage
import Testing

@testable import Spool

/// Each kind of value: what is taken, what is refused, and in which words.
@Suite struct ValueTests: ConfigurationSuite {
    private func fault<Value>(_ kind: ValueKind<Value>, _ text: String) -> String? {
        do throws(ValueFault) {
            _ = try kind.parse(text)
            return nil
        } catch {
            return error.message
        }
    }

    @Test(
        arguments: [
            ("250ms", .milliseconds(250)), ("30s", .seconds(30)), ("15m", .seconds(900)), ("1h30m", .seconds(5400)),
            ("7d", .seconds(604_800)), ("1d2h3m4s5ms", .milliseconds(93_784_005)), ("0s", .zero),
            ("0090m", .seconds(5400)),
            ("106751991167d", .seconds(106_751_991_167 * 86_400)),
        ] as [(String, Duration)])
    func `a duration is read`(text: String, expected: Duration) throws {
        #expect(try DurationText.parse(text) == expected)
    }

    @Test(arguments: [
        ("", "is not a duration; \(DurationText.example)"), ("15", "has no unit; \(DurationText.example)"),
        ("1.5h", "is not a duration; \(DurationText.example)"), ("-5m", "is not a duration; \(DurationText.example)"),
        ("m", "is not a duration; \(DurationText.example)"), ("15 m", "is not a duration; \(DurationText.example)"),
        ("15m ", "is not a duration; \(DurationText.example)"), ("٣m", "is not a duration; \(DurationText.example)"),
        ("15x", "has an unknown unit; known are d, h, m, s and ms"),
        ("15min", "has an unknown unit; known are d, h, m, s and ms"),
        ("15M", "has an unknown unit; known are d, h, m, s and ms"),
        ("2w", "has an unknown unit; known are d, h, m, s and ms"),
        ("30m1h", "has its units out of order; \(DurationText.example)"),
        ("1h1h", "has its units out of order; \(DurationText.example)"),
        ("106751991168d", "is too long"), ("99999999999999999999s", "is too long"),
        ("106751991167d23h59m59s99999999ms", "is too long"),
    ])
    func `a wrong duration is refused`(text: String, expected: String) {
        #expect(fault(.duration(.zero...Duration.milliseconds(Int64.max)), text) == expected)
    }

    @Test(arguments: [
        (Duration.seconds(5400), "1h30m"), (.zero, "0s"), (.milliseconds(1500), "1s500ms"),
        (DurationText.days(30), "30d"),
        (.seconds(90), "1m30s"),
    ])
    func `a duration is shown as the file would have it`(duration: Duration, expected: String) {
        #expect(DurationText.format(duration) == expected)
    }

    @Test(
        arguments: [
            ("0", 0), ("1500", 1500), ("7B", 7), ("10kB", 10_000), ("2MB", 2_000_000), ("64MiB", 67_108_864),
            ("1GiB", 1 << 30),
            ("3KiB", 3072), ("9223372036854775807", Int64.max), ("8TiB", 8 << 40), ("9TB", 9_000_000_000_000),
            ("5GB", 5_000_000_000),
        ] as [(String, Int64)])
    func `a size is read`(text: String, expected: Int64) throws {
        #expect(try SizeText.parse(text) == expected)
    }

    @Test(arguments: [
        ("", "is not a size; \(SizeText.example)"), ("MB", "is not a size; \(SizeText.example)"),
        ("1.5GB", "is not a size; \(SizeText.example)"), ("-1", "is not a size; \(SizeText.example)"),
        ("2 MB", "is not a size; \(SizeText.example)"), ("2mb", "has an unknown unit; did you mean 'MB'?"),
        ("2KB", "has an unknown unit; did you mean 'kB'?"), ("2mib", "has an unknown unit; did you mean 'MiB'?"),
        ("2M", "has an unknown unit; known are B, kB, MB, GB, TB, KiB, MiB, GiB and TiB"),
        ("9223372036854775808", "is too large"), ("9223372036854775807kB", "is too large"),
    ])
    func `a wrong size is refused`(text: String, expected: String) {
        #expect(fault(.size(0...Int64.max), text) == expected)
    }

    @Test(
        arguments: [(0, "0"), (1000, "1kB"), (1024, "1KiB"), (1 << 28, "256MiB"), (2_000_000, "2MB"), (1025, "1025")]
            as [(Int64, String)])
    func `a size is shown as the file would have it`(bytes: Int64, expected: String) {
        #expect(SizeText.format(bytes) == expected)
    }

    @Test(arguments: [
        ("5", nil), ("64", nil), ("0", "must be from 1 to 64"), ("65", "must be from 1 to 64"),
        ("-3", "must be from 1 to 64"),
        ("99999999999999999999", "must be from 1 to 64"), ("five", "is not a whole number"),
        ("5.0", "is not a whole number"),
        ("", "is not a whole number"), ("-", "is not a whole number"), ("+5", "is not a whole number"),
        ("1_0", "is not a whole number"),
        ("0x10", "is not a whole number"), ("010", "begins with 0; write the number without it"),
    ])
    func `an integer has bounds`(text: String, expected: String?) {
        #expect(fault(.integer(1...64), text) == expected)
    }

    @Test(arguments: [
        ("true", nil), ("false", nil), ("yes", "is not understood; write true"),
        ("True", "is not understood; write true"),
        ("on", "is not understood; write true"), ("no", "is not understood; write false"),
        ("OFF", "is not understood; write false"),
        ("1", "is neither true nor false"), ("maybe", "is neither true nor false"),
    ])
    func `a boolean is true or false`(text: String, expected: String?) {
        #expect(fault(.boolean, text) == expected)
    }

    @Test(arguments: [
        ("json", nil), ("jsonfixed", nil),
        ("jsonfix", "is not one of json, jsonfixed, lightjson, lightjsonfixed; did you mean 'jsonfixed'?"),
        ("JSON", "is not one of json, jsonfixed, lightjson, lightjsonfixed; did you mean 'json'?"),
        ("html", "is not one of json, jsonfixed, lightjson, lightjsonfixed"),
    ])
    func `a choice names what it may be`(text: String, expected: String?) {
        #expect(fault(ValueKind<Settings.ReportType>.choice, text) == expected)
    }

    @Test(arguments: [
        ("https://jbxcloud.joesecurity.org", "https://jbxcloud.joesecurity.org"),
        ("HTTPS://Host.Example/", "https://host.example"),
        ("http://[::1]:8180/api//", "http://[::1]:8180/api"),
        ("http://10.1.2.3/joesandbox/index.php/api", "http://10.1.2.3/joesandbox/index.php/api"),
        ("http://h:65535", "http://h:65535"), ("https://h/@x", "https://h/@x"),
    ])
    func `a URL is read and normalized`(text: String, expected: String) throws {
        #expect(try WebAddress(parsing: text).text == expected)
    }

    @Test(arguments: [
        ("", "must be a URL such as https://host/path"), ("joesandbox.com", "must be a URL such as https://host/path"),
        ("ftp://h", "must begin with https:// or http://"),
        ("file:///etc/passwd", "must begin with https:// or http://"),
        ("https://", "has no host"), ("https:///path", "has no host"), ("https://:80", "has no host"),
        ("https://u:p@h", "must not hold a user or password; there are keys for these"),
        ("https://u@h", "must not hold a user or password; there are keys for these"),
        ("https://h?key=1", "must not have a query or fragment"), ("https://h/#x", "must not have a query or fragment"),
        ("https://h:0", "has a wrong port; it must be from 1 to 65535"),
        ("https://h:65536", "has a wrong port; it must be from 1 to 65535"),
        ("https://h:x", "has a wrong port; it must be from 1 to 65535"),
        ("https://h:", "has a wrong port; it must be from 1 to 65535"),
        ("https://h:+8", "has a wrong port; it must be from 1 to 65535"),
        ("https://a b", "has blanks or characters outside ASCII; percent-encode them"),
        ("https://jö.example", "has blanks or characters outside ASCII; percent-encode them"),
        ("https://h\\x", "has blanks or characters outside ASCII; percent-encode them"),
        ("https://[::1", "has a wrong host name"), ("https://[zz]", "has a wrong IPv6 address"),
        ("https://h,i", "has a wrong host name"),
        ("https://h/\(String(repeating: "x", count: 500))", "is longer than 400 bytes"),
    ])
    func `a wrong URL is refused`(text: String, expected: String) {
        #expect(fault(.url, text) == expected)
    }

    @Test(arguments: [
        ("http://localhost", true), ("http://127.0.0.1:1", true), ("http://127.255.3.4", true),
        ("http://[::1]:8", true), ("http://LOCALHOST", true),
        ("http://127.evil.example", false), ("http://127.0.0.1.example", false), ("http://127.0.0.256", false),
        ("http://127.1", false),
        ("http://128.0.0.1", false), ("http://localhost.example", false), ("http://[::2]", false),
        ("http://0.0.0.0", false),
    ])
    func `loopback is told by its exact form`(text: String, expected: Bool) throws {
        #expect(try WebAddress(parsing: text).isLoopback == expected)
    }

    @Test(arguments: [
        ("Europe/Zurich", nil), ("UTC", nil), ("Etc/GMT+5", nil), ("America/Argentina/Buenos_Aires", nil),
        ("../etc/passwd", "is not a time zone; write it like Europe/Zurich or UTC"),
        ("/etc/localtime", "is not a time zone; write it like Europe/Zurich or UTC"),
        ("Europe//Zurich", "is not a time zone; write it like Europe/Zurich or UTC"),
        ("CET CEST", "is not a time zone; write it like Europe/Zurich or UTC"),
        ("", "is empty"),
    ])
    func `a time zone has a form that is safe in a path`(text: String, expected: String?) {
        #expect(fault(.timeZone, text) == expected)
    }

    @Test(arguments: [
        ("joe", nil), ("a", nil), ("joe2joe2joe2joe2", nil),
        ("Joe", "must be 1 to 16 lower-case letters a-z and digits"),
        ("joe-2", "must be 1 to 16 lower-case letters a-z and digits"),
        ("joe2joe2joe2joe2x", "must be 1 to 16 lower-case letters a-z and digits"),
        ("", "is empty"), ("jöe", "must be 1 to 16 lower-case letters a-z and digits"),
    ])
    func `a source can stand in a file's name`(text: String, expected: String?) {
        #expect(fault(.source, text) == expected)
    }

    @Test func `an enclave's id has the form of a UUID`() {
        #expect(fault(.enclaveID, "7a33144f-aef3-442b-87d4-dbf70d8afdb0") == nil)
        for text in ["my enclave", "7a33144faef3442b87d4dbf70d8afdb0", "7a33144f-aef3-442b-87d4-dbf70d8afdbX", "----"] {
            #expect(fault(.enclaveID, text) == "is not an enclave's id, such as 7a33144f-aef3-442b-87d4-dbf70d8afdb0")
        }
    }

    @Test func `a header's text cannot end the line`() {
        #expect(fault(.headerText, "PYTHON_SDK") == nil)
        #expect(fault(.headerText, "a\r\nX: y") == "must be one line without control characters")
        #expect(fault(.headerText, " a") == "must be ASCII without blanks at its ends")
        #expect(fault(.headerText, "ä") == "must be ASCII without blanks at its ends")
    }

    @Test func `a proxy is a host and a port`() {
        #expect(fault(.proxy, "http://proxy:3128") == nil)
        for text in ["http://proxy", "https://proxy:3128", "http://proxy:3128/x"] {
            #expect(fault(.proxy, text) == "must be http://host:port")
        }
    }

    @Test func `a tilde in a path is no home`() {
        #expect(fault(.path, "~/spool") == "begins with '~', which nobody expands; write ${HOME}")
        #expect(fault(.path, "a~b") == nil)
        #expect(fault(.path, String(repeating: "x", count: 4001)) == "is longer than 4000 bytes")
    }
}
