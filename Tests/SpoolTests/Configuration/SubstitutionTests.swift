import SystemPackage
import Testing

@testable import Spool

/// `${VAR}` in values.
@Suite struct SubstitutionTests: ConfigurationSuite {
    private let environment = ["A": "one", "B_2": "two", "EMPTY": "", "NESTED": "${A}", "YAML": "x: [1]\nlog: {}"]

    @Test(
        arguments: [
            ("plain", "plain", [], true), ("", "", [], false), ("${A}", "one", ["A"], false),
            ("${A}${B_2}", "onetwo", ["A", "B_2"], false),
            ("<${A}>", "<one>", ["A"], true), ("${NO:-d}", "d", [], true), ("${EMPTY:-d}", "d", [], true),
            ("${A:-d}", "one", ["A"], false),
            ("${EMPTY}", "", ["EMPTY"], false), ("${NO:-}", "", [], false), ("$${A}", "${A}", [], true),
            ("$$${A}", "$${A}", [], true), ("$", "$", [], true),
            ("$A", "$A", [], true), ("100$", "100$", [], true), ("${NESTED}", "${A}", ["NESTED"], false),
            ("${NO:-a:-b}", "a:-b", [], true),
            ("}{", "}{", [], true), ("${NO:-ü}", "ü", [], true),
        ] as [(String, String, [String], Bool)])
    func `variables are replaced once`(raw: String, text: String, variables: [String], hasLiteral: Bool) throws {
        let result = try Substitution(raw, environment: environment)
        #expect(result.text == text)
        #expect(result.variables == variables)
        #expect(result.hasLiteral == hasLiteral)
    }

    @Test(arguments: [
        ("${NO}", "the environment variable NO is not set; write ${NO:-default} for a default"),
        ("a${A", "'${' without '}'; write '$${' for the text itself"),
        ("${}", "'${…}' is not understood; write ${NAME} or ${NAME:-default}"),
        ("${1A}", "'${1A…}' is not understood; write ${NAME} or ${NAME:-default}"),
        ("${A-secret}", "'${A…}' is not understood; write ${NAME} or ${NAME:-default}"),
        ("${A:?secret}", "'${A…}' is not understood; write ${NAME} or ${NAME:-default}"),
        ("${A B}", "'${A…}' is not understood; write ${NAME} or ${NAME:-default}"),
        ("${NO:-${A}}", "the default of '${NO}' cannot hold another '${'"),
    ])
    func `what is not understood is refused`(raw: String, expected: String) {
        #expect(throws: Substitution.Fault(message: expected)) { try Substitution(raw, environment: environment) }
    }

    @Test func `an unset variable is named with its place`() {
        #expect(
            problems(minimal("joe:\n  interval:   ${NO}\n  filter: {tags: [a, '${NO2}']}\n")) == [
                "config.yaml:3:15: 'interval' in 'joe': the environment variable NO is not set; write ${NO:-default} for a default",
                "config.yaml:4:22: 'tags' in 'joe.filter': the environment variable NO2 is not set; write ${NO2:-default} for a default",
            ])
    }

    @Test func `a variable's value is never YAML and never a key`() throws {
        let found = problems(minimal("joe: {source: \"${YAML}\"}\n${A}: 1\n"), environment: environment)
        #expect(
            found == [
                "config.yaml:2:15: 'source' in 'joe': '${YAML}' must be one line without control characters",
                "config.yaml:3:1: unknown key '${A}'; known are spool, joe, mapping, trustar, transfer, retry, run, log and metrics",
            ])
        let settings = try settings("spool: {path: '/s/${A}'}\n", environment: environment)
        #expect(settings.spool.path == "/s/one")
    }

    @Test func `what a variable holds is not quoted`() {
        let found = problems(minimal("joe: {interval: '${A}', run: '${B_2}'}\nrun2: 1\n"), environment: environment)
        #expect(found.count == 3)
        for line in found { #expect(!line.contains("one'") && !line.contains("two")) }
        #expect(
            found.first == "config.yaml:2:17: 'interval' in 'joe': '${A}' is not a duration; \(DurationText.example)")
    }
}
