import Spool
import Testing

struct EndpointTests {
    @Test(arguments: [
        ("https://jbxcloud.joesecurity.org/api", "https://jbxcloud.joesecurity.org/api"),
        ("http://127.0.0.1:8180/api/", "http://127.0.0.1:8180/api"),
        ("HTTPS://host", "https://host/"),
        ("https://[::1]:8443/x///", "https://[::1]:8443/x"),
        ("http://host/joesandbox/index.php/api", "http://host/joesandbox/index.php/api"),
    ])
    func `a base URL is taken without its trailing slash`(text: String, url: String) throws {
        #expect(try Endpoint(text).url == url)
    }

    @Test(arguments: [
        "", "jbxcloud.joesecurity.org", "ftp://host", "https://", "https:///path", "https://user:pw@host",
        "https://host?x=1",
        "https://host/#a", "https://host:0", "https://host:99999", "https://host:x", "https://ho st", "https://host/ä",
        "https://host/a\\b", "https://[::1", "https://[]/", "https://[x]/",
    ])
    func `what is no base URL is refused, without showing a password`(text: String) throws {
        let fault = #expect(throws: Fault.self) { try Endpoint(text) }
        #expect(fault?.scope == .stageStops)
        #expect(fault?.message.contains("pw") == false)
    }

    @Test func `a path and a query are appended, and only the path is shown`() throws {
        let endpoint = try Endpoint("https://host/api/").appending("reports/a%2Fb", query: "idType=external")
        #expect(endpoint.url == "https://host/api/reports/a%2Fb?idType=external")
        #expect("\(endpoint)" == "https://host/api/reports/a%2Fb")
    }
}
