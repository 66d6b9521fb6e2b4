import NIOCore
import NIOHTTP1
import Spool
import Testing

struct RemoteTextTests {
    @Test func `words of the other side become one clean line`() {
        #expect(RemoteText.clean("  a\n\tb  c ") == "a b c")
        #expect(RemoteText.clean("a\u{1b}[31mred\u{7}\u{0}") == "a[31mred")
        #expect(RemoteText.clean("exe\u{202e}fdp.txt\u{200b}") == "exefdp.txt")
        #expect(RemoteText.clean("Müller 分析") == "Müller 分析")
    }

    @Test func `long words are cut`() {
        #expect(RemoteText.clean(String(repeating: "x", count: 1_000), limit: 10) == "xxxxxxxxxx…")
        #expect(RemoteText.clean("xxxxxxxxxx", limit: 10) == "xxxxxxxxxx")
    }

    @Test func `a secret that the other side echoes does not get through`() {
        let redactor = Redactor(["s3cr3t/key", "abc"])
        #expect(redactor.clean("Invalid API key: s3cr3t/key!") == "Invalid API key: <redacted>!")
        #expect(redactor.clean("form apikey=s3cr3t%2Fkey&x") == "form apikey=<redacted>&x")
        #expect(redactor.clean("abc") == "abc")
    }

    @Test func `a secret is hidden before the text is cut, so that no half of it remains`() {
        let redactor = Redactor(["s3cr3t-key"])
        let text = String(repeating: "x", count: 295) + "s3cr3t-key"
        #expect(!redactor.clean(text).contains("s3cr3"))
    }

    @Test(arguments: [
        ("https://user:pw@host/path?key=1#frag", "https://host/path"),
        ("//user@host/path", "//host/path"),
        ("https://host/a@b?x", "https://host/a@b"),
        ("/login?next=%2F", "/login"),
        ("https://a@b@host", "https://host"),
    ])
    func `a URL is shown without what may be secret in it`(text: String, shown: String) {
        #expect(RemoteURL.shown(text) == shown)
    }

    @Test func `a secret never prints itself`() {
        let secret = Credential("hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!("\(secret)" + String(reflecting: secret) + dumped).contains("hunter2"))
        #expect(secret.reveal() == "hunter2")
    }

    @Test func `a request prints neither its headers nor its body`() throws {
        let endpoint = try Endpoint("https://host/api").appending("list", query: "key=hunter2")
        let request = HTTPRequest(
            .post, endpoint, headers: ["Authorization": "hunter2"], body: .init(string: "hunter2"), timeout: .seconds(1)
        )
        var dumped = ""
        dump(request, to: &dumped)
        let redactor = Redactor(["hunter2"])
        dump(redactor, to: &dumped)
        #expect(!("\(request)" + String(reflecting: request) + dumped + "\(endpoint)").contains("hunter2"))
        #expect("\(request)" == "POST https://host/api/list")
    }

    @Test func `everything outside the unreserved characters is encoded`() {
        #expect(PathEncoding.encode("MzV+/=|a b?#%ä.~-_") == "MzV%2B%2F%3D%7Ca%20b%3F%23%25%C3%A4.~-_")
        #expect(FormEncoding.encode([("a b", "ä b"), ("tags[]", "1&2")]) == "a+b=%C3%A4+b&tags%5B%5D=1%262")
    }
}
