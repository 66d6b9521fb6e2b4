// The content of strings: escapes, surrogates, and bytes that are no UTF-8.

import Testing

@testable import Spool

@Suite struct JSONTextTests {
    @Test(
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e9\u00E9\u65e5""#, "Aéé日"),
            (#""\u0000""#, "\u{0}"), (#""\ud83d\ude00\uD83D\uDE00""#, "😀😀"), (#""\uffff\ufffe""#, "\u{FFFF}\u{FFFE}"),
            (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\ud800\udc00""#, "\u{10000}"), (#""Größe 日本 😀""#, "Größe 日本 😀"),
            (#""a\\""#, "a\\"), (#""\\\\\"""#, "\\\\\""), (#""C:\\Temp\\new""#, #"C:\Temp\new"#),
            (#""\\u0041""#, #"\u0041"#),
            (
                #""plain text that is longer than one word of eight bytes""#,
                "plain text that is longer than one word of eight bytes"
            ),
        ]
    )
    func `escapes and UTF-8 are decoded`(json: String, text: String) {
        let reading = Reading(utf8(json))
        #expect(reading.events == [.string(text)])
        #expect(reading.repairs == 0)
    }

    @Test(
        arguments: [
            (#""\ud800""#, "\u{FFFD}", 1), (#""\udc00""#, "\u{FFFD}", 1), (#""a\ud800b""#, "a\u{FFFD}b", 1),
            (#""\ud800\n""#, "\u{FFFD}\n", 1), (#""\ud800\\""#, "\u{FFFD}\\", 1), (#""\ud800\u0041""#, "\u{FFFD}A", 1),
            (#""\ud800\ud83d\ude00""#, "\u{FFFD}😀", 1), (#""\ud800\ud800""#, "\u{FFFD}\u{FFFD}", 2),
            (#""\ud800\ud800x""#, "\u{FFFD}\u{FFFD}x", 2), (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}", 2),
            (#""\ud800\"\"""#, "\u{FFFD}\"\"", 1), (#""\ud83d😀""#, "\u{FFFD}😀", 1),
        ]
    )
    func `a lone surrogate becomes U+FFFD and is counted`(json: String, text: String, repairs: Int) {
        let reading = Reading(utf8(json))
        #expect(reading.events == [.string(text)])
        #expect(reading.repairs == repairs)
    }

    @Test func `an escape that is none is an error after a lone surrogate too`() {
        #expect(code(#""\ud800\x""#) == .invalidEscape)
        #expect(code(#""\ud800\u12""#) == .invalidEscape)
        #expect(code(#""\ud800\"#) == .unexpectedEnd)
        #expect(code("\"\\ud800\n\"") == .controlCharacter)
    }

    @Test func `bytes that are no UTF-8 become what Swift's own decoder makes of them`() {
        let leads: [UInt8] = [
            0x7F, 0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xED, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF,
        ]
        let others: [UInt8] = [0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2, 0xE2, 0xF0, 0xFF]
        for lead in leads {
            for second in others {
                for third in others {
                    let bytes = [0x61, lead, second, third, 0x62]
                    let reading = Reading([0x22] + bytes + [0x22])
                    let expected = String(decoding: bytes, as: UTF8.self)
                    #expect(reading.events == [.string(expected)], "\(bytes)")
                    #expect(reading.repairs == expected.unicodeScalars.count { $0 == "\u{FFFD}" }, "\(bytes)")
                }
            }
        }
        for fourth in others {
            let bytes: [UInt8] = [0xF0, 0x9F, 0x98, fourth]
            #expect(decoded([0x22] + bytes + [0x22]) == String(decoding: bytes, as: UTF8.self))
        }
    }

    @Test func `a character that the closing quote cuts short does not swallow the quote`() {
        for head in [[0xE2], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3]] as [[UInt8]] {
            #expect(Reading([0x22] + head + [0x22]).events == [.string("\u{FFFD}")])
            #expect(Reading([0x5B, 0x22] + head + [0x22, 0x5D]).failure == nil)
        }
    }

    @Test func `a raw U+FFFD is no repair`() {
        #expect(Reading(utf8("\"\u{FFFD}\\ufffd\"")).events == [.string("\u{FFFD}\u{FFFD}")])
        #expect(Reading(utf8("\"\u{FFFD}\\ufffd\"")).repairs == 0)
    }
}
