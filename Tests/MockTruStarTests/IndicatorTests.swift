// Extraction, and the calls about indicators.

import MockKit
import MockTruStar
import Testing

@Suite struct IndicatorTests {
    /// What is extracted from a body, as `TYPE value`.
    private func extracted(_ body: String) async throws -> [String] {
        try await withStation { station in
            try await station.submit("e", body: body)
            return station.mock.reports[0].indicators.map { "\($0.type) \($0.value)" }
        }
    }

    @Test func `every type is found in a body of JSON`() async throws {
        let found = try await extracted(
            #"""
            {"ip": "94.102.49.190", "with port": "94.102.49.191:8080", "six": "2001:db8:1::8a2e:370:7334", "net": "198.51.100.0/24",
             "url": "https://evil.example.com/a?b=1#c", "domain": "WWW.Evil.COM", "bare": "evil.com/path/x",
             "md5": "44D88612FEA8A8F36DE82E1278ABB02F", "sha1": "3395856ce81f2b7382dee72602f798b642f14140",
             "sha256": "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
             "mail": "A.B+c@evil.com", "cve": "see cve-2017-0144.", "btc": "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
             "key": "HKEY_LOCAL_MACHINE\\SOFTWARE\\Bad Key\\Run", "file": "C:\\Windows\\evil.exe"}
            """#)
        #expect(
            found == [
                "IP 94.102.49.190", "IP 94.102.49.191", "IP 2001:db8:1::8a2e:370:7334", "CIDR_BLOCK 198.51.100.0/24",
                "URL https://evil.example.com/a?b=1#c", "URL www.evil.com", "URL evil.com/path/x",
                "MD5 44d88612fea8a8f36de82e1278abb02f", "SHA1 3395856ce81f2b7382dee72602f798b642f14140",
                "SHA256 275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f",
                "EMAIL_ADDRESS a.b+c@evil.com", "CVE CVE-2017-0144",
                "BITCOIN_ADDRESS 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "SOFTWARE evil.exe",
                "REGISTRY_KEY HKEY_LOCAL_MACHINE\\SOFTWARE\\Bad Key\\Run",
            ])
    }

    @Test func `private addresses, other hashes, file names and near misses give nothing`() async throws {
        let found = try await extracted(
            """
            127.0.0.1 10.1.2.3 172.16.0.1 172.31.255.255 192.168.2.1 0.0.0.0 ::1 fe80::1 fd00::1 256.1.1.1 1.2.3 1.2.3.4.5
            http://192.168.2.1/a 19:48:25 report.docx image.png version-1.2 mailto: a@b user@localhost CVE-17-1 evil[.]com
            hxxp://evil.com/a cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e
            1111111111111111111111111111 1OIl0000000000000000000000000 ... :: @ . http:// ftp://
            """)
        #expect(found.isEmpty, "\(found)")
    }

    @Test func `an indicator is counted once, from the title as well`() async throws {
        try await withStation { station in
            let id = try await station.submit("e", title: "about 8.1.1.1", body: "8.1.1.1, (8.1.1.1) \"8.1.1.1\".").text
            let page = try await station.get("/reports/\(id)/indicators").json
            #expect(page?["pageSize"] == 100)
            #expect(
                page?["items"]
                    == [["indicatorType": "IP", "value": "8.1.1.1", "weight": 1, "whitelisted": false]])
        }
    }

    @Test func `submitted indicators have metadata, tags and sightings; what is not recognised is dropped`()
        async throws
    {
        try await withStation { station in
            let body: JSONValue = [
                "enclaveIds": [.string(Station.enclave)],
                "content": [
                    [
                        "value": "8.8.4.4", "firstSeen": 5, "lastSeen": 7, "sightings": 3, "source": "s", "notes": "n",
                        "tags": [["name": "Own", "enclaveId": .string(Station.enclave), "guid": nil]],
                    ],
                    ["value": "8.8.4.5", "tags": nil, "weight": nil], ["value": "rubbish"],
                ],
                "tags": [["name": "common", "enclaveId": .string(Station.enclave)]],
            ]
            let submitted = try await station.call("POST", "/indicators", body)
            #expect(submitted.status == 200)
            #expect(submitted.text.isEmpty)
            _ = try await station.call("POST", "/indicators", body)
            let metadata = try await station.call(
                "POST", "/indicators/metadata",
                [["value": "8.8.4.4", "indicatorType": nil], ["value": "unknown.com"], ["value": "8.8.4.5"]])
            let found = metadata.json?.array ?? []
            #expect(found.map { $0["value"] } == ["8.8.4.4", "8.8.4.5"])
            #expect(found.first?["sightings"] == 6)
            #expect(found.first?["firstSeen"] == 5)
            #expect(found.map { $0["tags"]?.array?.first?["name"] } == ["own", "common"])
            let tooMany = JSONValue.array(Array(repeating: ["value": "8.8.4.4"], count: 1001))
            let refused = try await station.call("POST", "/indicators/metadata", tooMany)
            #expect(refused.status == 400)
        }
    }

    @Test func `search, related, trends, details and summaries look at what reports hold`() async throws {
        try await withStation { station in
            let one = try await station.submit("a", body: "8.1.1.1 8.1.1.2 CVE-2020-1234").text
            try await station.submit("b", body: "8.1.1.2 evil.com")
            _ = try await station.call("POST", "/reports/\(one)/alter-tags", ["addedTags": [["name": "confidence:80"]]])
            let search = try await station.call("POST", "/indicators/search?entityTypes=IP", ["searchTerm": "8.1.1"])
            #expect(search.items.map { $0["value"] } == ["8.1.1.2", "8.1.1.1"])
            let related = try await station.get("/indicators/related?indicators=8.1.1.1")
            #expect(related.items.map { $0["value"] } == ["8.1.1.2", "CVE-2020-1234"])
            let trends = try await station.get("/indicators/community-trending?daysBack=1").json?.array ?? []
            #expect(trends.first == ["indicatorType": "IP", "value": "8.1.1.2", "correlationCount": 2])
            #expect(!trends.contains { $0["indicatorType"] == "CVE" })
            let details = try await station.get("/indicators/details?indicatorValues=evil.com").json?.array?.first
            #expect(details?["indicatorType"] == "URL")
            #expect(details?["correlationCount"] == 1)
            let summaries = try await station.call("POST", "/indicators/summaries", ["8.1.1.2"])
            #expect(summaries.items.map { $0["severityLevel"] } == [3, .null])
            #expect(summaries.items.first?["reportId"]?.string == one)
        }
    }

    @Test func `the whitelist takes what it recognises and is applied on reading`() async throws {
        try await withStation { station in
            let id = try await station.submit("e", body: "8.1.1.1 8.1.1.2").text
            let added = try await station.call("POST", "/whitelist", ["8.1.1.1", "rubbish"])
            #expect(added.json == [["indicatorType": "IP", "value": "8.1.1.1"]])
            let applied = try await station.get("/reports/\(id)/indicators")
            #expect(applied.items.map { $0["value"] } == ["8.1.1.2"])
            let all = try await station.get("/reports/\(id)/indicators?applyWhitelist=False")
            #expect(all.items.map { $0["whitelisted"] } == [true, false])
            let removed = try await station.call("DELETE", "/whitelist?value=8.1.1.1&indicatorType=IP")
            #expect(removed.status == 200)
            let listed = try await station.get("/whitelist")
            #expect(listed.items.isEmpty)
        }
    }

    @Test func `redaction blackens the company's words`() async throws {
        try await withStation {
            $0.redactions = ["Acme"]
        } body: { station in
            let answer = try await station.call(
                "POST", "/redaction/report", ["title": "Acme breach", "reportBody": "at Acme"])
            #expect(answer.json == ["title": "[REDACTED] breach", "reportBody": "at [REDACTED]"])
        }
    }
}
