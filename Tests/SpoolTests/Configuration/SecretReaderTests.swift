import Glibc
import SystemPackage
import Testing

@testable import Spool

/// Secrets: the three ways to give one, and where none may stand or go.
@Suite struct SecretReaderTests: ConfigurationSuite {
    private let enclave = "7a33144f-aef3-442b-87d4-dbf70d8afdb0"

    private func fetching(_ joe: String) -> String { "run: {stages: [fetch]}\njoe: \(joe)\n" }

    @Test func `a secret comes from a variable`() throws {
        let yaml = Array(fetching("{api_key: '${KEY}'}").utf8)
        let settings = try read(yaml, environment: ["KEY": "s3cr3t"], mode: 0o644).settings
        #expect(settings.joe.apiKey?.reveal() == "s3cr3t")
    }

    @Test(arguments: [
        ("s3cr3t", "s3cr3t"), ("s3cr3t\n", "s3cr3t"), ("s3cr3t\r\n", "s3cr3t"), ("a b", "a b"), ("ü\n", "ü"),
    ])
    func `a secret comes from its own file, without the line's end`(text: String, expected: String) throws {
        try withFolder { folder in
            try write(text, to: folder.appending("key"))
            let settings = try read(Array(fetching("{api_key_file: key}").utf8), folder: folder).settings
            #expect(settings.joe.apiKey?.reveal() == expected)
            let described = settings.described().first { $0.key == "joe.api_key" }
            #expect(
                described
                    == SettingDescription(
                        key: "joe.api_key", value: .redacted, origin: .secretFile(folder.appending("key"))))
        }
    }

    @Test(arguments: [
        ("", "is empty"), ("\n", "is empty"), ("a\nb\n", "has more than one line, or control characters"),
        ("a\n\n", "has more than one line, or control characters"),
        ("a\0", "has more than one line, or control characters"),
        (" a", "begins or ends with a blank"), ("a \n", "begins or ends with a blank"),
        (String(repeating: "x", count: 9000), "is larger than 8KiB"),
    ])
    func `a file that holds no secret is refused`(text: String, expected: String) throws {
        try withFolder { folder in
            let path = try write(text, to: folder.appending("key"))
            let found = problems(fetching("{api_key_file: key}"), folder: folder)
            #expect(found == ["config.yaml:2:21: 'api_key_file' in 'joe' names \(path), which \(expected)"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o602, 0o610] as [UInt16])
    func `a secret's file that others can read or write is refused`(mode: UInt16) throws {
        try withFolder { folder in
            let path = try write("s3cr3t", to: folder.appending("key"), mode: mode)
            #expect(
                problems(fetching("{api_key_file: key}"), folder: folder) == [
                    "config.yaml:2:21: 'api_key_file' in 'joe' names \(path), which others than its owner can read or write; run chmod 600 on it"
                ])
        }
    }

    @Test func `a secret's file must be a file, and nothing blocks`() throws {
        try withFolder { folder in
            #expect(folder.appending("fifo").withPlatformString { mkfifo($0, 0o600) } == 0)
            try write([0x61, 0xFF], to: folder.appending("latin1"))
            for (name, expected) in [
                (".", "names \(folder), which is a directory, not a file"),
                ("fifo", "names \(folder)/fifo, which is a FIFO, not a file"),
                ("latin1", "names \(folder)/latin1, which is not UTF-8 text"),
                // Perhaps somebody wrote the secret itself, so it is not repeated.
                ("none", "names a file that does not exist (relative paths start at \(folder))"),
            ] {
                let found = problems(fetching("{api_key_file: '\(name)'}"), folder: folder)
                #expect(found == ["config.yaml:2:21: 'api_key_file' in 'joe' \(expected)"])
            }
        }
    }

    @Test func `a systemd credential is found by the key's name`() throws {
        try withFolder { folder in
            // As systemd makes it with an ACL: the group's bit is the ACL's mask.
            try write("s3cr3t", to: folder.appending("joe.api_key"), mode: 0o440)
            let environment = ["CREDENTIALS_DIRECTORY": folder.string]
            let settings = try read(Array(fetching("{}").utf8), environment: environment).settings
            #expect(settings.joe.apiKey?.reveal() == "s3cr3t")
            let file = "{api_key_file: '${CREDENTIALS_DIRECTORY}/joe.api_key'}"
            let named = try read(Array(fetching(file).utf8), environment: environment)
            #expect(named.settings.joe.apiKey?.reveal() == "s3cr3t")
            #expect(named.warnings == [])
            let other = try read(
                Array(fetching("{api_key: '${K}'}").utf8), environment: environment.merging(["K": "k"]) { $1 })
            #expect(other.settings.joe.apiKey?.reveal() == "k")
            #expect(
                other.warnings.map(\.description) == [
                    "config.yaml:2:7: the credential 'joe.api_key' is not used, since 'api_key' in 'joe' is given"
                ])
        }
    }

    @Test func `a credential that everybody can read is refused`() throws {
        try withFolder { folder in
            let path = try write("s3cr3t", to: folder.appending("joe.api_key"), mode: 0o444)
            let found = problems(fetching("{}"), environment: ["CREDENTIALS_DIRECTORY": folder.string])
            #expect(
                found == [
                    "config.yaml:2:1: 'api_key' in 'joe' is the credential \(path), which others than its owner can read or write; run chmod 600 on it"
                ])
        }
    }

    @Test(arguments: [
        ("{api_key: '${K}', api_key_file: x}", "2:24: 'api_key_file' in 'joe' and 'api_key' are both given; keep one"),
        ("{api_key: }", "2:16: 'api_key' in 'joe' has no value; leave the key out"),
        ("{api_key: ''}", "2:16: 'api_key' in 'joe' is empty"),
        ("{api_key: '${EMPTY}'}", "2:16: 'api_key' in 'joe' is empty"),
        ("{api_key: $JBX_API_KEY}", "2:16: 'api_key' in 'joe' looks like a variable without braces; write ${NAME}"),
        (
            "{api_key: '${NO}'}",
            "2:16: 'api_key' in 'joe': the environment variable NO is not set; write ${NO:-default} for a default"
        ),
        ("{api_key: [s3cr3t]}", "2:16: 'api_key' in 'joe' must be a single value, not a list"),
        ("{api_key: ' s3cr3t'}", "2:16: 'api_key' in 'joe' begins or ends with a blank"),
        ("{api_key: \"s3\\ncr3t\"}", "2:16: 'api_key' in 'joe' has more than one line, or control characters"),
        (
            "{api_key_file: '~/key'}",
            "2:21: 'api_key_file' in 'joe' begins with '~', which nobody expands; write ${HOME}"
        ),
    ])
    func `a secret given wrongly is refused without being shown`(joe: String, expected: String) {
        #expect(problems(fetching(joe), environment: ["K": "k", "EMPTY": ""]) == ["config.yaml:\(expected)"])
    }

    @Test(arguments: [0o644, 0o640, 0o604] as [UInt32])
    func `a literal secret for another machine in a file that others can read is refused`(mode: UInt32) {
        let advice = "write ${NAME}, use 'api_key_file', or run chmod 600 on the file"
        let octal = String(mode, radix: 8)
        for key in ["s3cr3t", "'${NO:-s3cr3t}'", "'${K}x'"] {
            let found = problems(
                fetching("{base_url: 'https://joe.example', api_key: \(key)}"), environment: ["K": "k"], mode: mode)
            #expect(
                found == [
                    "config.yaml:2:49: 'api_key' in 'joe' for joe.example stands in a file that others can read (mode \(octal)); \(advice)"
                ])
        }
    }

    @Test func `a literal secret is fine in a private file, or for this machine`() {
        #expect(problems(fetching("{base_url: 'https://joe.example', api_key: s3cr3t}"), mode: 0o600) == [])
        #expect(problems(fetching("{base_url: 'http://localhost:8180', api_key: s3cr3t}"), mode: 0o644) == [])
        #expect(
            problems(
                fetching("{base_url: 'https://joe.example', api_key: '${K}'}"), environment: ["K": "k"], mode: 0o644)
                == [])
    }

    @Test func `a secret does not go over plain http to another machine`() {
        #expect(
            problems(fetching("{base_url: 'http://joe.example', api_key: '${K}'}"), environment: ["K": "k"]) == [
                "config.yaml:2:7: 'api_key' in 'joe' would go to joe.example over plain http; use https"
            ])
        #expect(
            problems(
                fetching("{base_url: 'http://joe.example', api_url: 'https://joe.example/api', api_key: '${K}'}"),
                environment: ["K": "k"]) == [])
        let trustar = """
            run: {stages: [submit]}
            trustar:
              enclave_id: \(enclave)
              api_url: http://trustar.example/api/1.3
              auth_url: http://127.0.0.1.example/oauth/token
              api_key: ${K}
              api_secret: ${K}
            """
        #expect(
            problems(trustar, environment: ["K": "k"]) == [
                "config.yaml:4:3: 'api_secret' in 'trustar' would go to trustar.example over plain http; use https",
                "config.yaml:5:3: 'api_secret' in 'trustar' would go to 127.0.0.1.example over plain http; use https",
            ])
    }

    @Test func `a proxy's password is a secret too, and its way is warned about`() throws {
        let yaml = fetching("{api_key: '${K}', proxy: 'http://proxy:3128', proxy_user: u, proxy_password: '${P}'}")
        let (settings, warnings) = try read(Array(yaml.utf8), environment: ["K": "k", "P": "p"], mode: 0o644)
        #expect(settings.joe.connection.proxy == .init(host: "proxy", port: 3128, user: "u", password: Secret("p")))
        #expect(
            warnings.map(\.description) == [
                "config.yaml:2:24: 'proxy_password' in 'joe' goes to the proxy in clear text"
            ])
        #expect(
            problems(
                fetching("{api_key: '${K}', proxy: 'http://proxy:3128', proxy_user: u, proxy_password: p}"),
                environment: ["K": "k"], mode: 0o644
            ).count
                == 1)
        #expect(
            problems(fetching("{api_key: '${K}', proxy_user: u}"), environment: ["K": "k"]) == [
                "config.yaml:2:24: 'proxy_user' in 'joe' is given, but 'proxy' is not"
            ])
        #expect(
            problems(fetching("{api_key: '${K}', proxy: 'http://u:s3cr3t@proxy:3128'}"), environment: ["K": "k"]) == [
                "config.yaml:2:31: 'proxy' in 'joe' must not hold a user or password; there are keys for these"
            ])
    }

    @Test func `commands that only look at the spool need no secrets`() throws {
        let yaml = Array("joe: {api_key: '${NO}'}\ntrustar: {api_key_file: '${NO}/none', api_secret: ''}\n".utf8)
        let settings = try read(yaml, scope: .withoutSecrets).settings
        #expect(settings.joe.apiKey == nil)
        #expect(settings.described().first { $0.key == "joe.api_key" }?.value == .redacted)
        #expect(settings.missing(for: [.map]) == [])
        #expect(settings.missing(for: [.fetch]).count == 1)
    }

    @Test func `what a stage needs is named when it is missing`() {
        #expect(
            problems("trustar:\n  timeout: 30s\n") == [
                "config.yaml: 'api_key' in 'joe' is missing, but the stage 'fetch' needs it; give it, 'api_key_file', or the credential 'joe.api_key'",
                "config.yaml:1:1: 'api_key' in 'trustar' is missing, but the stage 'submit' needs it; give it, 'api_key_file', or the credential 'trustar.api_key'",
                "config.yaml:1:1: 'api_secret' in 'trustar' is missing, but the stage 'submit' needs it; give it, 'api_secret_file', or the credential 'trustar.api_secret'",
                "config.yaml:1:1: 'enclave_id' in 'trustar' is missing, but the stage 'submit' needs it",
            ])
    }

    /// A secret in every place that takes text, right or wrong: no message, description or dump may show it.
    @Test func `no output of any kind shows a secret`() throws {
        let marker = "hunter2hunter2"
        let environment = ["S": marker, "P": marker]
        let right = fetching("{api_key: '${S}', proxy: 'http://proxy:3128', proxy_user: u, proxy_password: '${P}'}")
        let (settings, warnings) = try read(Array(right.utf8), environment: environment)
        var dumped = ""
        dump(settings, to: &dumped)
        for text in [
            dumped, "\(settings)", String(reflecting: settings), "\(settings.described())", "\(warnings)",
            "\(settings.described().map(\.value.description))",
        ] {
            #expect(!text.contains(marker))
        }
        let keys = Settings.schema.flatMap { section in section.keys.map { (section.path, $0.name) } }
        for (section, key) in keys {
            let parts = section.split(separator: ".")
            let open = parts.map { "{\($0): " }.joined() + "{"
            let close = String(repeating: "}", count: parts.count + 1)
            var values = ["'${S}'", "['${S}']", "'a${S}\\x'"]
            if key.contains("api_") || key.contains("password") || key.contains("url") || key == "proxy" {
                values += [
                    "[\(marker)]", "{\(marker)}", "' \(marker)'", "\"\(marker)\\n\"", "https://u:\(marker)@h:99999",
                    "${S:?\(marker)}", "${S-\(marker)}",
                ]
            }
            for value in values {
                let found = problems("\(open)\(key): \(value)\(close)", environment: environment, mode: 0o644)
                for line in found { #expect(!line.contains("hunter"), "\(section).\(key): \(value) -> \(line)") }
            }
        }
    }
}
