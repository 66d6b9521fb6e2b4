import Testing

@testable import Spool

@Suite struct SecretTests {
    private let secret = Secret("s3cr3t")

    @Test func `whatever prints a secret prints redacted`() {
        var dumped = ""
        dump(secret, to: &dumped)
        var dumpedOptional = ""
        dump([Optional(secret)], to: &dumpedOptional)
        let mirror = Mirror(reflecting: secret)
        let texts = [
            "\(secret)", String(describing: secret), String(reflecting: secret), secret.description,
            secret.debugDescription,
            "\(String(describing: Optional(secret)))", "\([secret])", "\(["key": secret])", "\((secret, 1))", dumped,
            dumpedOptional,
            String(describing: mirror.children.map(\.value)),
        ]
        for text in texts { #expect(!text.contains("s3cr3t")) }
        #expect("\(secret)" == "<redacted>")
        #expect(dumped.contains("<redacted>"))
        #expect(mirror.children.isEmpty)
    }

    @Test func `only reveal gives it away`() {
        #expect(secret.reveal() == "s3cr3t")
        #expect(secret == Secret("s3cr3t"))
        #expect(secret != Secret("other"))
    }
}
