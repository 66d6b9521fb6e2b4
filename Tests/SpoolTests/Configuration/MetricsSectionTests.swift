import SystemPackage
import Testing

@testable import Spool

@Suite struct MetricsSectionTests: ConfigurationSuite {
    @Test func `without keys there are no numbers for anybody`() throws {
        let metrics = try settings("").metrics
        #expect(metrics == .init(textfile: nil, listen: nil, interval: .seconds(15)))
        #expect(!metrics.isWanted)
    }

    @Test func `a file and an address are taken, together or alone`() throws {
        let metrics = try settings("metrics: {textfile: out/a.prom, listen: 127.0.0.1:9469}").metrics
        #expect(metrics.textfile == "/nowhere/out/a.prom")
        #expect(metrics.listen == ListenAddress(host: "127.0.0.1", port: 9469))
        #expect(try settings("metrics: {listen: '[::1]:9469'}").metrics.listen?.text == "[::1]:9469")
        #expect(try settings("metrics: {listen: localhost:1}").metrics.listen?.isLoopback == true)
        #expect(
            try settings("metrics: {listen: 0.0.0.0:9469, listen_remote: true}").metrics.listen?.isLoopback == false)
    }

    @Test(arguments: [
        ("listen: 0.0.0.0:9469", "can be reached by other machines"),
        ("listen: '[::]:9469'", "can be reached by other"),
        ("listen: 127.0.0.1", "has no port"), ("listen: '[::1]'", "has no port"),
        ("listen: 127.0.0.1:99999", "has a wrong port"), ("listen: '127.0.0.1:'", "has a wrong port"),
        ("listen: example.org:9469", "is no numeric address"), ("listen: '[::x]:9469'", "has a wrong IPv6 address"),
        ("textfile: a.txt", "must end in .prom"), ("interval: 0s", "must be from 1s"),
    ])
    func `what cannot be meant is refused`(line: String, words: String) {
        let found = problems(minimal("metrics: {\(line)}"))
        #expect(found.count == 1 && found[0].contains(words), "\(found)")
    }
}
