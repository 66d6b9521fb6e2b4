import Glibc
import SystemPackage
import Testing

@testable import Spool

/// Which file is taken, and files that are none.
@Suite struct ConfigurationFileTests: ConfigurationSuite {
    private let mine = FileFacts(kind: .regular, owner: 1000, mode: 0o644)

    private func locate(
        _ files: [FilePath: FileFacts], explicit: FilePath? = nil, environment: [String: String] = [:],
        links: [FilePath: FileFacts] = [:]
    ) throws(ConfigurationError) -> ConfigurationFile {
        try ConfigurationFile.locate(explicit: explicit, environment: environment, ourselves: 1000) {
            path, followingLinks in
            followingLinks ? files[path] : links[path] ?? files[path]
        }
    }

    @Test func `the first place that has one wins`() throws {
        let both: [FilePath: FileFacts] = ["config.yaml": mine, "/etc/spoolctl/config.yaml": mine]
        let environment = ["SPOOLCTL_CONFIG": "/env.yaml"]
        #expect(
            try locate(both, explicit: "/x.yaml", environment: environment)
                == ConfigurationFile(path: "/x.yaml", origin: .explicit))
        #expect(
            try locate(both, environment: environment) == ConfigurationFile(path: "/env.yaml", origin: .environment))
        #expect(
            try locate(both, environment: ["SPOOLCTL_CONFIG": ""])
                == ConfigurationFile(path: "config.yaml", origin: .workingDirectory))
        #expect(
            try locate(["/etc/spoolctl/config.yaml": mine])
                == ConfigurationFile(path: "/etc/spoolctl/config.yaml", origin: .system))
    }

    @Test(
        arguments: [
            (1001, 0o644, "belongs to somebody else; name it by --config if you trust it"),
            (0, 0o644, "belongs to somebody else; name it by --config if you trust it"),
            (1000, 0o666, "can be written by others; run chmod go-w on it"),
            (1000, 0o664, "can be written by others; run chmod go-w on it"),
            (1000, 0o646, "can be written by others; run chmod go-w on it"),
        ] as [(UInt32, UInt32, String)])
    func `a file in the working directory that others control is not used`(
        owner: UInt32, mode: UInt32, expected: String
    ) throws {
        let theirs = FileFacts(kind: .regular, owner: owner, mode: mode)
        let note = "./config.yaml is not used: it \(expected)"
        let found = try locate(["config.yaml": theirs, "/etc/spoolctl/config.yaml": mine])
        #expect(found == ConfigurationFile(path: "/etc/spoolctl/config.yaml", origin: .system, notes: [note]))
        let problem = ConfigurationProblem(
            file: "config.yaml",
            message:
                "no configuration: looked for --config, $SPOOLCTL_CONFIG, ./config.yaml and /etc/spoolctl/config.yaml; \(note)"
        )
        #expect(throws: ConfigurationError([problem])) { try locate(["config.yaml": theirs]) }
    }

    @Test func `somebody else's link to a file of ours is not followed`() throws {
        let link = FileFacts(kind: .other, owner: 1001, mode: 0o777)
        #expect(throws: ConfigurationError.self) { try locate(["config.yaml": mine], links: ["config.yaml": link]) }
        let own = FileFacts(kind: .other, owner: 1000, mode: 0o777)
        #expect(try locate(["config.yaml": mine], links: ["config.yaml": own]).origin == .workingDirectory)
    }

    @Test func `without any file all places are named`() {
        let problem = ConfigurationProblem(
            file: "config.yaml",
            message:
                "no configuration: looked for --config, $SPOOLCTL_CONFIG, ./config.yaml and /etc/spoolctl/config.yaml")
        #expect(throws: ConfigurationError([problem])) { try locate([:]) }
    }

    @Test func `trust is checked again on the file that was opened`() throws {
        try withFolder { folder in
            let path = try write(minimal(), to: folder.appending("config.yaml"), mode: 0o666)
            let problem = ConfigurationProblem(
                file: path.string, message: "can be written by others; run chmod go-w on it")
            #expect(throws: ConfigurationError([problem])) {
                try SettingsLoader.load(ConfigurationFile(path: path, origin: .workingDirectory), environment: [:])
            }
            _ = try SettingsLoader.load(ConfigurationFile(path: path, origin: .explicit), environment: [:])
        }
    }

    @Test func `what is no file is refused at once`() throws {
        try withFolder { folder in
            #expect(folder.appending("fifo").withPlatformString { mkfifo($0, 0o600) } == 0)
            #expect(folder.appending("circle").withPlatformString { symlink("circle", $0) } == 0)
            try write(String(repeating: "#", count: SettingsLoader.largestFile + 1), to: folder.appending("large"))
            try write("", to: folder.appending("empty"))
            let cases: [(FilePath, String)] = [
                (folder.appending("none"), "does not exist"), (folder, "is a directory, not a file"),
                (folder.appending("fifo"), "is a FIFO, not a file"), (folder.appending("large"), "is larger than 1MiB"),
                (folder.appending("circle"), "is a symbolic link that leads in a circle"),
                ("/dev/zero", "is not a regular file"),
                (folder.appending("empty").appending("x"), "does not exist: a part of the path is not a directory"),
            ]
            for (path, expected) in cases {
                #expect(throws: ConfigurationError([ConfigurationProblem(file: path.string, message: expected)])) {
                    try SettingsLoader.load(path: path, environment: [:])
                }
            }
            let empty = folder.appending("empty")
            #expect(
                throws: ConfigurationError([
                    ConfigurationProblem(file: empty.string, line: 1, column: 1, message: "the file is empty")
                ])
            ) {
                try SettingsLoader.load(path: empty, environment: [:])
            }
        }
    }

    @Test func `a file of the largest size is read`() throws {
        try withFolder { folder in
            let text = minimal() + String(repeating: "#", count: SettingsLoader.largestFile - minimal().utf8.count)
            let path = try write(text, to: folder.appending("config.yaml"))
            _ = try SettingsLoader.load(path: path, environment: [:])
        }
    }

    @Test func `relative paths hang on the file's folder`() throws {
        try withFolder { folder in
            let path = try write(minimal("spool: {path: ../spool/./x}\n"), to: folder.appending("config.yaml"))
            #expect(try SettingsLoader.load(path: path, environment: [:]).settings.spool.path == "/tmp/spool/x")
        }
        #expect(try settings("spool: {path: data}", folder: "/srv/joe").spool.path == "/srv/joe/data")
        #expect(try settings("spool: {path: /data}", folder: "/srv/joe").spool.path == "/data")
    }

    @Test func `files that a connection needs are looked at`() throws {
        try withFolder { folder in
            let certificate = try write("PEM", to: folder.appending("c.pem"), mode: 0o644)
            let key = try write("PEM", to: folder.appending("k.pem"), mode: 0o640)
            let yaml = "trustar: {ca_file: none.pem, client_certificate: c.pem, client_key: k.pem}\n"
            #expect(
                problems(minimal(yaml), folder: folder) == [
                    "config.yaml:2:20: 'ca_file' in 'trustar' names a file that does not exist (relative paths start at \(folder))",
                    "config.yaml:2:69: 'client_key' in 'trustar' names \(key), which others than its owner can read or write; run chmod 600 on it",
                ])
            #expect(key.withPlatformString { chmod($0, 0o600) } == 0)
            let connection = try settings(
                "trustar: {ca_file: c.pem, client_certificate: c.pem, client_key: k.pem}", folder: folder
            ).trustar.connection
            #expect(connection.caFile == certificate)
            #expect(connection.identity == .init(certificate: certificate, key: key))
            #expect(
                problems(minimal("joe: {client_key: k.pem}"), folder: folder) == [
                    "config.yaml:2:7: 'client_key' in 'joe' is given, but 'client_certificate' is not"
                ])
        }
    }
}
