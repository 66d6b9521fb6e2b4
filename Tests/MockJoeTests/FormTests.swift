import HTTPTypes
import MockKit
import NIOCore
import Testing

@testable import MockJoe

struct FormTests {
    private func form(_ type: String?, _ body: String) throws -> JoeForm {
        var headers = HTTPFields()
        headers[.contentType] = type
        return try JoeForm(
            MockRequest(method: "POST", path: "/", headers: headers, body: ByteBuffer(string: body), time: 0))
    }

    private func parts(_ body: String) throws -> JoeForm { try form("multipart/form-data; boundary=\"x y\"", body) }

    @Test func `an urlencoded form keeps repeated fields and UTF-8`() throws {
        let form = try form(
            "application/x-www-form-urlencoded",
            "apikey=k&systems%5B%5D=w7&systems%5B%5D=w10&comments=%C3%A4+b&empty=&bare")
        #expect(form.fields.all("systems[]") == ["w7", "w10"])
        #expect(form["comments"] == "ä b" && form["empty"] == "" && form["bare"] == "" && form["nothing"] == nil)
    }

    @Test func `a form without a content type is read as urlencoded`() throws {
        #expect(try form(nil, "webid=1")["webid"] == "1")
    }

    @Test func `fields and files of a multipart body are told apart`() throws {
        let form = try parts(
            "preamble\r\n--x y\r\ncontent-disposition: form-data; name=\"webid\"\r\n\r\n1\r\n2\r\n--x y\r\n"
                + "Content-Type: application/octet-stream\r\nContent-Disposition: form-data; filename=\"a;b=%22c%22.exe\"; name=sample\r\n\r\n"
                + "--x z\r\n\r\n--x y--\r\nepilogue")
        #expect(form["webid"] == "1\r\n2")
        #expect(form.files.map(\.name) == ["a;b=\"c\".exe"])
        #expect(form.file("sample").map { String(buffer: $0.content) } == "--x z\r\n")
    }

    @Test func `an encoded file name wins, an empty file is a file`() throws {
        let form = try parts(
            "--x y\r\nContent-Disposition: form-data; name=\"chunk\"; filename=\"x\"; filename*=utf-8''na%C3%AFve.exe\r\n\r\n\r\n--x y--"
        )
        #expect(form.file("chunk")?.name == "naïve.exe" && form.file("chunk")?.content.readableBytes == 0)
    }

    @Test(arguments: [
        "", "--x y", "--x y\r\n", "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nvalue", "no boundary at all",
        "--x y\r\nContent-Disposition: form-data; name=a\r\n--x y--", "\r\n--x y\r\n\r\n",
    ])
    func `a multipart body that is cut short is refused`(body: String) {
        #expect(throws: JoeError.self) { try parts(body) }
    }

    @Test func `a multipart body without a boundary, with a thousand parts or with huge headers is refused`() {
        #expect(throws: JoeError.self) { try form("multipart/form-data", "--\r\n") }
        #expect(throws: JoeError.self) { try form("multipart/form-data; boundary=", "--\r\n") }
        let part = "--x y\r\nContent-Disposition: form-data; name=a\r\n\r\nv\r\n"
        #expect(throws: JoeError.self) { try parts(String(repeating: part, count: 1001) + "--x y--") }
        #expect(throws: JoeError.self) {
            try parts("--x y\r\nX: " + String(repeating: "a", count: 20_000) + "\r\n\r\nv\r\n--x y--")
        }
    }

    @Test func `whatever happens to a body, reading it ends with a form or a refusal`() {
        let good = Array(
            ("--x y\r\nContent-Disposition: form-data; name=\"webid\"\r\n\r\n12\r\n--x y\r\n"
                + "Content-Disposition: form-data; name=\"sample\"; filename=\"a.exe\"\r\n\r\nMZ\r\n--x y--\r\n").utf8)
        var dice = Dice(5)
        var refused = 0
        for _ in 0..<3000 {
            var bytes = good
            for _ in 0..<dice.within(1...6) {
                let place = dice.below(bytes.count)
                switch dice.below(3) {
                case 0: bytes[place] = UInt8(dice.below(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(ascii: dice.pick(["\r", "\n", "-", "\"", ";"])), at: place)
                }
            }
            if dice.chance(20) { bytes.removeLast(dice.below(bytes.count)) }
            let request = MockRequest(
                method: "POST", path: "/", headers: [.contentType: "multipart/form-data; boundary=\"x y\""],
                body: ByteBuffer(bytes: bytes), time: 0)
            do { _ = try JoeForm(request) } catch { refused += 1 }
        }
        #expect(refused > 100 && refused < 3000)
    }
}
