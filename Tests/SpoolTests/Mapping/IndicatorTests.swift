// The recognisers, on well-known addresses and on their damaged twins.

import Testing

@testable import Spool

@Suite struct BitcoinAddressTests {
    static let valid = [
        // The first block's reward, two pay-to-script-hash addresses, WannaCry's three.
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
        "12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw", "115p7UMMngoj1pMvkpHijcRdfJNXj6LrLn",
        "13AM4VW2dhxYgXeQepoHkHSQuy6NgaEb94",
        "1111111111111111111114oLvT2", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
        // BIP 173 and BIP 350.
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y", "bc1sw50qgdz25j",
        "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ]

    @Test(arguments: valid) func `a real address is recognised`(address: String) {
        #expect(BitcoinAddress.canonical(Array(address.utf8)) == address)
    }

    @Test(arguments: valid) func `a changed character is told by the checksum`(address: String) {
        let bytes = Array(address.utf8)
        for position in 4..<bytes.count {
            var damaged = bytes
            damaged[position] = damaged[position] == UInt8(ascii: "q") ? UInt8(ascii: "p") : UInt8(ascii: "q")
            #expect(BitcoinAddress.canonical(damaged) == nil, "\(address) at \(position)")
        }
        #expect(BitcoinAddress.canonical(bytes.dropLast()) == nil)
        #expect(BitcoinAddress.canonical(bytes + [UInt8(ascii: "1")]) == nil)
        #expect(BitcoinAddress.canonical([UInt8(ascii: "1")] + bytes) == nil)
    }

    @Test(arguments: [
        // Test network; version 0 with Bech32m; version 1 with Bech32; mixed case; a program of 41 bytes; bad padding.
        "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7", "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
        "bc1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
        "bc1qW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
        "bc1zw508d6qejxtdg4y5r3zarvaryvqyzf3du", "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", "bc1gmk9yu", "bc1pw5dgrnzv",
        "bc10w508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kw5rljs90",
        "bc1rw5uspcuh", "", "1", "bc1", "0000000000000000000000000000", "1AGNa15ZQXAZUgFiqJ2i7Z2DPU2J6hW62j",
    ])
    func `what is no address of the main network is refused`(word: String) {
        #expect(BitcoinAddress.canonical(Array(word.utf8)) == nil)
    }

    @Test func `upper case segwit is the same address`() {
        #expect(
            BitcoinAddress.canonical(Array("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4".utf8))
                == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    }
}

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("8.8.8.8", "8.8.8.8"), ("255.254.253.252", "255.254.253.252"),
        ("2001:4860:4860:0:0:0:0:8888", "2001:4860:4860::8888"),
        ("2A00:1450:400A:0804::200E", "2a00:1450:400a:804::200e"), ("[2606:4700::1111]", "2606:4700::1111"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("::", "::"),
        ("1::", "1::"), ("::1", "::1"),
        ("2001:db8::1:0:0:1", "2001:db8::1:0:0:1"), ("::ffff:8.8.8.8", "8.8.8.8"), ("::FFFF:0808:0808", "8.8.8.8"),
        ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
    ])
    func `an address has one canonical text`(text: String, canonical: String) {
        #expect(IPAddress(Array(text.utf8))?.text == canonical)
    }

    @Test(arguments: [
        "", "unknown", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4:80", "1.2.3.-4", "1.2.3.4 ", "1..2.3",
        "1:2:3", ":::",
        "1::2::3", "12345::", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "g::1", "fe80::1%eth0", "1.2.3.4::", "::1.2.3",
        "[]", "::1.2.3.4:5",
    ])
    func `other text is no address`(text: String) {
        #expect(IPAddress(Array(text.utf8)) == nil)
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "169.254.1.1", "172.16.0.1",
        "172.31.255.255", "192.0.0.1", "192.0.2.1",
        "192.168.2.4", "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.251", "239.255.255.250",
        "240.0.0.1", "255.255.255.255",
        "::", "::1", "::ffff:192.168.1.1", "::ffff:7f00:1", "::10.0.0.1", "fc00::1", "fdff::1", "fe80::1", "febf::1",
        "fec0::1", "ff02::fb", "2001:db8::1", "3fff::1", "3fff:fff::1",
        "64:ff9b::10.0.0.1", "64:ff9b:1::1", "2002:c0a8:101::1", "100::1", "2001:2::1", "2001:10::1", "2001:2f::1",
        "5f00::1",
    ])
    func `an address that is not everybody's is left out`(text: String) throws {
        #expect(try #require(IPAddress(Array(text.utf8))).isGlobal == false)
    }

    @Test(arguments: [
        "1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.1.1.1", "128.0.0.1", "172.15.1.1",
        "172.32.0.1", "192.0.1.1", "192.0.3.1", "192.167.1.1",
        "198.17.1.1", "198.20.1.1", "198.51.99.1", "203.0.114.1", "223.255.255.255", "::ffff:8.8.8.8", "2a02:120b::1",
        "fbff::1", "2001:db9::1", "3fff:1000::1", "64:ff9b::8.8.8.8", "2002:808:808::1", "2001:30::1",
    ])
    func `an address at the edge of a block stays`(text: String) throws {
        #expect(try #require(IPAddress(Array(text.utf8))).isGlobal)
    }
}

@Suite struct URLIndicatorTests {
    private func url(_ text: String) -> String? {
        Array(text.utf8).withUnsafeBufferPointer { URLIndicator.url($0) }
    }

    @Test(arguments: [
        "http://evil.com/", "https://user:pw@evil.co.uk:8443/a?b=c#d", "HTTP://EVIL.COM", "ftp://evil.com/x",
        "http://8.8.8.8/x", "http://[2606:4700::1111]:80/",
        "www.evil.com/payload.exe", "http://bücher.example.org/ä", "http://xn--bcher-kva.com", "http://evil.com:80",
        "http://evil.com?x=http://10.0.0.1/", "http://evil.com./", "http://a_b.evil.com/", "http://evil.XN--P1AI/",
    ])
    func `a URL that others can reach keeps its text`(text: String) {
        #expect(url(text) == text)
    }

    @Test(arguments: [
        "", "unknown", "http://", "http:///path", "http://localhost/", "http://router.local/", "http://10.0.0.1/",
        "http://192.168.2.1:80/x", "http://[fe80::1]/",
        "http://127.0.0.1", "file:///c:/x", "javascript:alert(1)", "http://evil.com/a b", "http://evil.com:8x/",
        "http://evil", "mailto:a@b.com", "evil.com", "/a/b",
        "http://evil.com/\"", "http://-evil.com/", "http://[::1", "1.2.3/4", "HTTP/1.1", "http://4.3.2.1.in-addr.arpa/",
    ])
    func `what nobody else can reach is no URL`(text: String) {
        #expect(url(text) == nil)
    }

    @Test func `a URL of more than 2048 bytes is none`() {
        let long = "http://evil.com/" + String(repeating: "a", count: 2032)
        #expect(url(long) == long)
        #expect(url(long + "a") == nil)
    }

    @Test func `domains are lower case and have a top level`() {
        #expect(URLIndicator.domain(Array("EVIL.Com.".utf8)) == "evil.com")
        for name in [
            "", "unknown", "localhost", "a.b", "1.2.3.4", "evil", "evil..com", "-a.com", "a-.com", "printer.lan",
            "PRINTER.LAN", "evil.c0m", "a b.com", ".com", "evil.com..", "a.-b.com", "evil.xn-",
            String(repeating: "a", count: 64) + ".com",
        ] {
            #expect(URLIndicator.domain(Array(name.utf8)) == nil, "\(name)")
        }
    }
}

@Suite struct TextScannerTests {
    private func scan(_ text: String, _ types: Set<IndicatorType> = Set(IndicatorType.allCases)) -> [String] {
        var found: [String] = []
        Array(text.utf8).withUnsafeBufferPointer { bytes in
            TextScanner(types: types).scan(bytes) { indicator, _ in found.append(indicator.value) }
        }
        return found
    }

    @Test func `addresses are found wherever they stand in a text`() {
        #expect(scan("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa") == ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa"])
        #expect(
            scan(
                "Zahle \u{00e4}12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw,bitcoin:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4?amount=1"
            )
                == ["12t9YDPgwueZ9NyMgw519p7AA8isjr6SMw", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"])
        #expect(scan("x1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNax").isEmpty)
    }

    @Test func `vulnerabilities have four digits and no tail`() {
        #expect(scan("CVE-2017-11882, cve-2021-44228.") == ["CVE-2017-11882", "CVE-2021-44228"])
        #expect(
            scan(
                "CVE-2017-118 CVE-17-11882 CVE-2017-11882a xCVE-2017-11882 CVE-2017_11882 CVE-2017-12345678901234567890 CVE-2017"
            ).isEmpty)
        #expect(scan("CVE-2017-11882", [.bitcoin]).isEmpty)
    }

    @Test func `mail addresses are found, hosts without a top level are not`() {
        #expect(scan("<Bad.Guy+1@Evil.Com>; mailto:x@a.b.co.uk.") == ["bad.guy+1@evil.com", "x@a.b.co.uk"])
        #expect(scan("@ a@ @b.com a@b a@localhost user@10.0.0.1 .@evil.com a.@evil.com").isEmpty)
    }
}

@Suite struct IndicatorCollectorTests {
    private func ip(_ number: Int) -> Indicator { Indicator(type: .ip, value: "9.9.\(number / 256).\(number % 256)") }

    @Test func `each value is kept once, in the order of the report`() {
        var collector = IndicatorCollector(limit: 10)
        for number in [3, 1, 3, 2, 1] { collector.add(ip(number)) }
        #expect(collector.result == IndicatorCollector.Result(kept: [ip(3), ip(1), ip(2)], leftOut: 0, isExact: true))
    }

    @Test func `what is rare goes before what comes first`() {
        let wallet = Indicator(type: .bitcoin, value: "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
        var collector = IndicatorCollector(limit: 5)
        for number in 0..<3 { collector.add(Indicator(type: .url, value: "http://evil.com/\(number)")) }
        for number in 0..<9 { collector.add(ip(number)) }
        collector.add(wallet)
        collector.add(ip(8))
        #expect(collector.result.kept == [ip(0), ip(1), ip(2), ip(3), wallet])
        #expect(collector.result.leftOut == 8)
    }

    @Test func `a limit of none counts all`() {
        var collector = IndicatorCollector(limit: 0)
        for number in 0..<300 { collector.add(ip(number % 100)) }
        #expect(collector.result == IndicatorCollector.Result(kept: [], leftOut: 100, isExact: true))
    }

    @Test func `names of the configuration are the issue's own and come back`() {
        #expect(
            IndicatorType.allCases.map(\.configName) == [
                "ip", "url", "bitcoin", "domain", "md5", "sha1", "sha256", "email", "cve",
            ])
        for type in IndicatorType.allCases { #expect(IndicatorType(configName: type.configName) == type) }
        #expect(IndicatorType(configName: "IP") == nil)
        #expect(IndicatorType.standard == [.ip, .url, .bitcoin])
    }
}

@Suite struct ExternalIDEncodingTests {
    @Test func `vectors of the vendor's notes`() {
        let enclave = "35e091df-d0ea-4521-9cf3-4c642ff424bf"
        #expect(ExternalIDEncoding.base64.encode(webid: "752112", enclave: enclave) == "NzUyMTEy")
        #expect(
            ExternalIDEncoding.enclaveBase64.encode(webid: "752112", enclave: enclave)
                == "MzVlMDkxZGYtZDBlYS00NTIxLTljZjMtNGM2NDJmZjQyNGJmfDc1MjExMg==")
        #expect(
            ExternalIDEncoding.enclaveBase64.encode(webid: "99afba5c5c43e07c9e3e5e2e544e95df", enclave: enclave)
                == "MzVlMDkxZGYtZDBlYS00NTIxLTljZjMtNGM2NDJmZjQyNGJmfDk5YWZiYTVjNWM0M2UwN2M5ZTNlNWUyZTU0NGU5NWRm")
        #expect(ExternalIDEncoding.plain.encode(webid: "752112", enclave: enclave) == "752112")
        #expect(ExternalIDEncoding(rawValue: "enclave-base64") == .enclaveBase64)
    }

    @Test func `no webid gives a character that a path cannot hold`() {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-".utf8)
        for first in alphabet {
            for second in alphabet {
                // Every pair of neighbours in every position of a group of three.
                for lead in ["", "7", "77"] {
                    let webid = lead + String(decoding: [first, second], as: UTF8.self)
                    let text =
                        ExternalIDEncoding.base64.encode(webid: webid, enclave: "")
                        + ExternalIDEncoding.enclaveBase64.encode(
                            webid: webid, enclave: "7a33144f-aef3-442b-87d4-dbf70d8afdb0")
                    guard !text.contains("/"), !text.contains("+") else {
                        Issue.record("\(webid)")
                        return
                    }
                }
            }
        }
    }
}
