import FoundationEssentials
import Testing

@testable import SpoolCommands

struct VisibleTests {
    @Test(arguments: [
        ("plain text", "plain text"),
        ("Zürich 株式会社 é", "Zürich 株式会社 é"),
        ("\u{1B}[31mred\u{1B}[0m", #"\u{1B}[31mred\u{1B}[0m"#),
        ("a\nb\r\tc\u{0}", #"a\nb\r\tc\u{0}"#),
        ("\u{7F}\u{9B}31m\u{85}", #"\u{7F}\u{9B}31m\u{85}"#),
        ("invoice\u{202E}fdp.exe", #"invoice\u{202E}fdp.exe"#),
        ("\u{2066}x\u{2069}\u{200E}\u{200F}\u{61C}", #"\u{2066}x\u{2069}\u{200E}\u{200F}\u{61C}"#),
        ("a\u{200B}b\u{200D}c\u{2060}\u{FEFF}\u{AD}", #"a\u{200B}b\u{200D}c\u{2060}\u{FEFF}\u{AD}"#),
        ("\u{2028}\u{2029}\u{E000}\u{FFFE}\u{E0041}", #"\u{2028}\u{2029}\u{E000}\u{FFFE}\u{E0041}"#),
        ("\u{115F}\u{3164}\u{FFA0}\u{FE0F}", #"\u{115F}\u{3164}\u{FFA0}\u{FE0F}"#),
    ])
    func `what a terminal would obey, hide or reorder is written out`(text: String, shown: String) {
        #expect(Visible(text).description == shown)
    }

    @Test func `marks may not pile up on a letter, nor land on the text before`() {
        #expect(Visible("e\u{301}").description == "e\u{301}")
        #expect(Visible("e\u{301}\u{302}\u{303}\u{304}").description == "e\u{301}\u{302}\u{303}\\u{304}")
        #expect(Visible("\u{301}x").description == "\\u{301}x")
    }

    @Test func `no scalar of Unicode is shown as anything but plain text`() {
        let values =
            Array(UInt32(0)...0x30FF) + Array(0xFE00...0xFFFF) + Array(0xE0000...0xE01FF)
            + Array(stride(from: 0x3100, to: 0x10FFFF, by: 487))
        for value in values {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let shown = Visible("x" + String(scalar)).description
            #expect(shown.unicodeScalars.allSatisfy { Visible.isPlain($0) }, "U+\(String(value, radix: 16))")
        }
    }

    @Test func `text of several lines keeps its lines and tabs`() {
        #expect(Visible.lines("a\tb\n\u{1B}c\n") == "a\tb\n\\u{1B}c\n")
    }

    @Test(arguments: [
        "plain", "", "\"\\/", "\u{1B}[2J", "\u{202E}\u{2066}", "\u{200B}\u{FEFF}", "\n\r\t\u{0}\u{8}", "\u{9B}",
        "😀\u{E0041}", "株式会社",
    ])
    func `json is exact and holds nothing that a terminal would obey`(text: String) throws {
        let json = JSONText.object([.init(text, text)]).text
        #expect(json.unicodeScalars.allSatisfy { Visible.isPlain($0) })
        let back = try JSONDecoder().decode([String: String].self, from: Data(json.utf8))
        #expect(back == [text: text])
    }

    @Test func `json has its members in order, and none without a value`() {
        let value = JSONText.object([
            .init("z", 1), .init("a", String?.none), .init("b", .array([.bool(true), .string("x"), .object([])])),
        ])
        #expect(value.text == #"{"z":1,"b":[true,"x",{}]}"#)
    }
}
