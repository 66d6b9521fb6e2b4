import Glibc
import SystemPackage
import Testing

@testable import Spool

/// The annotated `config.yaml` against the code that reads it.
@Suite struct ShippedFileTests: ConfigurationSuite {
    private var path: FilePath { projectFolder.appending("config.yaml") }

    /// A key's line in the file, whether in force or commented out, with the comment above it.
    private struct Line {
        var key: String
        var isInForce: Bool
        var standard: String?
    }

    /// Reads the layout of the reference: two blanks per level, `#key:` for a key that is not in force.
    private func lines() throws -> [Line] {
        var found: [Line] = []
        var sections: [String] = []
        var comment = ""
        for line in try contents(of: path).split(separator: "\n", omittingEmptySubsequences: false) {
            let body = line.drop { $0 == " " }
            if body.hasPrefix("# ") || body == "#" {
                comment += body
                continue
            }
            let text = body.hasPrefix("#") ? body.dropFirst() : body
            guard let colon = text.firstIndex(of: ":") else {
                comment = ""
                continue
            }
            let level = (line.count - body.count) / 2
            sections = sections.prefix(level) + [String(text[..<colon])]
            let mark = comment.firstRange(of: "(default: ")
            let standard = mark.flatMap { mark in
                comment[mark.upperBound...].firstIndex(of: ")").map { String(comment[mark.upperBound..<$0]) }
            }
            found.append(
                Line(key: sections.joined(separator: "."), isInForce: !body.hasPrefix("#"), standard: standard))
            comment = ""
        }
        return found
    }

    @Test func `it loads as it is, without a warning`() throws {
        let (settings, warnings) = try SettingsLoader.load(path: path, environment: [:])
        #expect(warnings == [])
        #expect(settings.spool.path == projectFolder.appending("spool"))
        #expect(settings.spool.create)
        #expect(settings.joe.apiURL.text == "http://127.0.0.1:8180/api")
        #expect(settings.joe.apiKey?.reveal() == String(repeating: "mock", count: 16))
        #expect(settings.trustar.authURL.text == "http://127.0.0.1:8181/oauth/token")
        #expect(settings.trustar.apiURL.text == "http://127.0.0.1:8181/api/1.3")
        #expect(settings.trustar.apiKey?.reveal() == "mock-key")
        #expect(settings.trustar.apiSecret?.reveal() == "mock-secret")
        #expect(settings.trustar.enclaveID == "7a33144f-aef3-442b-87d4-dbf70d8afdb0")
    }

    @Test func `the environment's keys replace the mocks'`() throws {
        let settings = try SettingsLoader.load(path: path, environment: ["JBX_API_KEY": "real"]).settings
        #expect(settings.joe.apiKey?.reveal() == "real")
    }

    @Test func `every key that the loader knows stands in it, and no other`() throws {
        let known = Set(Settings.schema.flatMap { [$0.path] + $0.keys.map(\.path) })
        let shown = try lines().map(\.key)
        #expect(Set(shown) == known)
        #expect(shown.count == Set(shown).count)
    }

    @Test func `the defaults that it documents are those of the code`() throws {
        let facts = Dictionary(Settings.schema.flatMap(\.keys).map { ($0.path, $0) }, uniquingKeysWith: { $1 })
        for line in try lines() {
            guard let key = facts[line.key] else { continue }
            #expect(line.standard == key.standard ?? "none", "\(line.key)")
        }
    }

    @Test func `what is commented out is right as well`() throws {
        let text = try contents(of: path).split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let body = line.drop { $0 == " " }
            guard body.hasPrefix("#"), !body.hasPrefix("# "), body != "#" else { return String(line) }
            return String(line.prefix(line.count - body.count) + body.dropFirst())
        }
        let found = problems(text.joined(separator: "\n"), environment: ["PROXY_PASSWORD": "p"])
        let expected = found.filter { $0.contains("does not exist") || $0.contains("are both given") }
        #expect(found == expected)
        #expect(expected.count == 11)
    }

    @Test func `a value that is in force and not for the mocks is the default`() throws {
        let shipped = try SettingsLoader.load(path: path, environment: [:]).settings.described()
        let plain = try settings("").described()
        let changed = zip(shipped, plain).filter { $0.value != $1.value }.map(\.0.key)
        #expect(
            changed == [
                "spool.path", "spool.create", "joe.base_url", "joe.api_url", "joe.api_key", "trustar.api_url",
                "trustar.auth_url", "trustar.api_key", "trustar.api_secret", "trustar.enclave_id",
                "trustar.calls_per_minute", "run.stages",
            ])
    }

    @Test func `docs/CONFIGURATION.md says what the schema says`() throws {
        let page = projectFolder.appending("docs").appending("CONFIGURATION.md")
        if getenv("UPDATE_REFERENCE") != nil { try write(SettingsReference.markdown, to: page, mode: 0o644) }
        #expect(try contents(of: page) == SettingsReference.markdown, "run the tests with UPDATE_REFERENCE=1")
    }
}
