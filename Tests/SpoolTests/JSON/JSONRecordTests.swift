import Testing

@testable import Spool

@Suite struct JSONRecordTests {
    private func record(_ text: String) throws -> JSONRecord { try JSONRecord(parsing: Array(text.utf8)) }

    @Test func `members of the object itself are found, and no others`() throws {
        let record = try record(#" {"a":"x","in":{"a":"y","b":1},"list":["a",{"c":"z"}],"n":-7,"e":"\u00e9\n"} "#)
        #expect(try record.text("a") == "x")
        #expect(try record.number("n") == -7)
        #expect(try record.text("e") == "é\n")
        #expect(try record.optionalNumber("b") == nil)
        #expect(try record.optionalText("c") == nil)
    }

    @Test func `of duplicates the last one counts, and null counts as not there`() throws {
        let record = try record(#"{"a":"x","a":"y","b":1,"b":null}"#)
        #expect(try record.text("a") == "y")
        #expect(try record.optionalNumber("b") == nil)
        #expect(throws: JSONRecord.Mismatch.self) { try record.number("b") }
    }

    @Test(arguments: [#""1""#, "1.0", "1e0", "9223372036854775808", "true", "{}", "[]"])
    func `what is no whole number is not taken for one`(value: String) throws {
        let record = try record(#"{"n":\#(value)}"#)
        #expect(throws: JSONRecord.Mismatch.self) { try record.number("n") }
        #expect(throws: JSONRecord.Mismatch.self) { try record.optionalNumber("n") }
    }

    @Test(arguments: ["1", "false", "{}", "[]"])
    func `what is no text is not taken for one`(value: String) throws {
        let record = try record(#"{"t":\#(value)}"#)
        #expect(throws: JSONRecord.Mismatch.self) { try record.text("t") }
        #expect(throws: JSONRecord.Mismatch.self) { try record.optionalText("t") }
    }

    @Test(arguments: ["", "  ", "{", #"{"a":1,}"#, #"{"a":1} x"#, #"{"a":1}{"#, "\u{0}"])
    func `what is not one JSON value is refused`(text: String) {
        #expect(throws: JSONError.self) { try record(text) }
    }

    @Test(arguments: ["[]", "1", #""a""#, "null"])
    func `what is no object has no members`(text: String) throws {
        #expect(try record(text).optionalText("a") == nil)
    }
}
