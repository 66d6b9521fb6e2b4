import SystemPackage
import Testing

@testable import Spool

/// The values in force, and what is said about them.
@Suite struct SettingsTests: ConfigurationSuite {
    @Test func `the defaults are those of the specification and the design`() throws {
        let settings = try settings("")
        #expect(
            settings.spool
                == .init(
                    path: "/var/lib/spoolctl/spool", create: false, minFree: nil,
                    retention: .init(
                        done: DurationText.days(30), doneSize: 20_000_000_000, exported: nil,
                        journal: DurationText.days(365))))
        let joe = settings.joe
        #expect(joe.source == "joe")
        #expect(joe.baseURL.text == "https://jbxcloud.joesecurity.org")
        #expect(joe.apiURL.text == "https://jbxcloud.joesecurity.org/api")
        #expect(joe.apiKey == nil)
        #expect([joe.interval, joe.timeout, joe.downloadTimeout] == [.seconds(900), .seconds(30), .seconds(1800)])
        #expect(joe.reportType == .jsonfixed)
        #expect([joe.run, joe.newest, joe.minimumWebid] == [nil, nil, nil])
        #expect(joe.timeZone == "Europe/Zurich")
        #expect(joe.maxReportBytes == 268_435_456)
        #expect(joe.concurrency == 4)
        #expect(joe.giveUpUnfinishedAfter == DurationText.days(7))
        #expect(joe.filter == .init(minimumScore: nil, detections: [], tags: [], fileNames: []))
        #expect(joe.connection == .init(connectTimeout: .seconds(10), proxy: nil, caFile: nil, identity: nil))
        #expect(settings.mapping == .init(maxBytes: 2_000_000, maxIndicators: 2000, indicators: [.ip, .url, .bitcoin]))
        let trustar = settings.trustar
        #expect(trustar.apiURL.text == "https://api.trustar.co/api/1.3")
        #expect(trustar.authURL.text == "https://api.trustar.co/oauth/token")
        #expect(trustar.stationURL.text == "https://station.trustar.co")
        #expect([trustar.clientType, trustar.clientMetatag, trustar.clientVersion] == ["PYTHON_SDK", "trustash", nil])
        #expect(trustar.externalID == .base64 && trustar.onExisting == .update && trustar.enclaveID == nil)
        #expect(trustar.callsPerMinute == 60 && trustar.concurrency == 4)
        #expect([trustar.settle, trustar.timeout] == [.seconds(60), .seconds(30)])
        #expect(
            settings.retry == .init(minimum: .seconds(60), maximum: .seconds(3600), giveUpAfter: DurationText.days(5)))
        #expect(settings.run.poll == .seconds(1))
        #expect(settings.log == .init(level: .info, format: .text))
        #expect(try read(Array("joe: {}".utf8), scope: .withoutSecrets).settings.run.stages == [.fetch, .map, .submit])
    }

    @Test func `every key that is given arrives`() throws {
        let yaml = """
            spool: {path: s, create: true, min_free: 500MiB, retention: {done: never, done_size: unlimited, exported: 90d, journal: never}}
            joe:
              source: joe2
              base_url: https://joe.example/
              api_url: https://joe.example/joesandbox/index.php/api
              api_key: ${K}
              interval: 1m
              timeout: 20s
              download_timeout: 1h
              report_type: lightjson
              run: 0
              time_zone: UTC
              newest: 100
              minimum_webid: 752112
              max_report_bytes: 1GiB
              concurrency: 8
              give_up_unfinished_after: 2d
              connect_timeout: 5s
              proxy: http://proxy:3128
              filter: {minimum_score: 40, detections: [malicious, suspicious], tags: [a, b], file_names: ['*.exe']}
            mapping: {max_bytes: 1MB, max_indicators: 0, indicators: [cve, email]}
            trustar:
              api_url: https://ts.example/api/1.3
              auth_url: https://ts.example/oauth/token
              station_url: https://station.example
              api_key: ${K}
              api_secret: ${K}
              enclave_id: 00000000-0000-0000-0000-000000000001
              external_id: enclave-base64
              on_existing: skip
              client_type: API
              client_metatag: mine
              client_version: '1.0'
              calls_per_minute: 30
              settle: 0s
              timeout: 1m
              concurrency: 2
            retry: {minimum: 2m, maximum: 2h, give_up_after: 10d}
            run: {stages: [submit, fetch], poll: 250ms}
            log: {level: debug, format: json}
            """
        let (settings, warnings) = try read(Array(yaml.utf8), environment: ["K": "k"], folder: "/f")
        #expect(warnings == [])
        #expect(
            settings.spool
                == .init(
                    path: "/f/s", create: true, minFree: 524_288_000,
                    retention: .init(done: nil, doneSize: nil, exported: DurationText.days(90), journal: nil)))
        let joe = settings.joe
        #expect(joe.apiURL.text == "https://joe.example/joesandbox/index.php/api")
        #expect(joe.baseURL.text == "https://joe.example")
        #expect([joe.interval, joe.timeout, joe.downloadTimeout] == [.seconds(60), .seconds(20), .seconds(3600)])
        #expect(joe.source == "joe2" && joe.reportType == .lightjson && joe.timeZone == "UTC" && joe.concurrency == 8)
        #expect([joe.run, joe.newest, joe.minimumWebid] == [0, 100, 752_112])
        #expect(joe.maxReportBytes == 1 << 30 && joe.giveUpUnfinishedAfter == DurationText.days(2))
        #expect(
            joe.connection.connectTimeout == .seconds(5) && joe.connection.proxy == .init(host: "proxy", port: 3128))
        #expect(
            joe.filter
                == .init(
                    minimumScore: 40, detections: [.malicious, .suspicious], tags: ["a", "b"], fileNames: ["*.exe"]))
        #expect(settings.mapping == .init(maxBytes: 1_000_000, maxIndicators: 0, indicators: [.cve, .email]))
        let trustar = settings.trustar
        #expect(
            [trustar.apiURL, trustar.authURL, trustar.stationURL].map(\.text) == [
                "https://ts.example/api/1.3", "https://ts.example/oauth/token", "https://station.example",
            ])
        #expect(
            trustar.enclaveID == "00000000-0000-0000-0000-000000000001" && trustar.externalID == .enclaveBase64
                && trustar.onExisting == .skip)
        #expect([trustar.clientType, trustar.clientMetatag, trustar.clientVersion] == ["API", "mine", "1.0"])
        #expect(
            trustar.callsPerMinute == 30 && trustar.concurrency == 2 && trustar.settle == .zero
                && trustar.timeout == .seconds(60))
        #expect(
            settings.retry == .init(minimum: .seconds(120), maximum: .seconds(7200), giveUpAfter: DurationText.days(10))
        )
        #expect(settings.run == .init(stages: [.submit, .fetch], poll: .milliseconds(250)))
        #expect(settings.log == .init(level: .debug, format: .json))
    }

    @Test func `each key is described with its value and where that comes from`() throws {
        let yaml =
            "joe: {interval: 90m, api_key: '${K}', run: '${RUN}', time_zone: '${NO:-UTC}'}\nspool: {create: true, path: x}\nmapping: {indicators: [ip]}\n"
        let described = try settings(yaml, environment: ["K": "s3cr3t", "RUN": "2"]).described()
        #expect(described.map(\.key) == Settings.schema.flatMap(\.keys).map(\.path))
        func entry(_ key: String) -> String {
            described.first { $0.key == key }.map { "\($0.value) \($0.origin)" } ?? ""
        }
        #expect(entry("joe.interval") == "1h30m config.yaml:2")
        #expect(entry("joe.api_key") == "<redacted> $K (config.yaml:2)")
        #expect(entry("joe.api_key_file") == "- default")
        #expect(entry("joe.run") == "2 $RUN (config.yaml:2)")
        #expect(entry("joe.time_zone") == "UTC config.yaml:2")
        #expect(entry("joe.timeout") == "30s default")
        #expect(entry("joe.api_url") == "https://jbxcloud.joesecurity.org/api default")
        #expect(entry("joe.newest") == "- default")
        #expect(entry("joe.filter.tags") == "[] default")
        #expect(entry("spool.create") == "true config.yaml:3")
        #expect(entry("spool.path") == "/nowhere/x config.yaml:3")
        #expect(entry("spool.min_free") == "auto default")
        #expect(entry("mapping.indicators") == "[ip] config.yaml:4")
        #expect(described.first { $0.key == "trustar.calls_per_minute" }?.value == .integer(60))
    }

    @Test func `a problem that shows later still has its place`() throws {
        let settings = try settings("joe:\n  time_zone: Europe/Zuerich\n")
        #expect(
            settings.problem("joe.time_zone", "is not known on this machine").description
                == "config.yaml:3:3: 'time_zone' in 'joe' is not known on this machine")
        #expect(settings.problem("joe.filter.tags", "x").description == "config.yaml:2:1: 'tags' in 'joe.filter' x")
        #expect(settings.problem("log.level", "x").description == "config.yaml: 'level' in 'log' x")
    }

    @Test(
        arguments: [
            ("joe: {interval: 59s}", ["2:7: 'interval' in 'joe' is under a minute; each poll reads the whole list"]),
            ("joe: {interval: 60s}", []), ("joe: {interval: 5s, base_url: 'http://localhost'}", []),
            (
                "trustar: {calls_per_minute: 61}",
                ["2:11: 'calls_per_minute' in 'trustar' is over 60, which is what TruSTAR allows"]
            ),
            (
                "trustar: {enclave_id: 7A33144F-aef3-442b-87d4-dbf70d8afdb0}",
                ["2:11: 'enclave_id' in 'trustar' is the mock's; put in the id of your own enclave"]
            ),
            ("mapping: {max_bytes: 3MB}", ["2:11: 'max_bytes' in 'mapping' is over 2MB, which is what TruSTAR takes"]),
            (
                "mapping: {max_indicators: 2001}",
                ["2:11: 'max_indicators' in 'mapping' is over 2000, which is what TruSTAR takes"]
            ),
            ("mapping: {max_bytes: 3MB}\ntrustar: {api_url: 'http://localhost/api/1.3'}", []),
        ] as [(String, [String])])
    func `what is odd but possible is warned about`(line: String, expected: [String]) throws {
        let warnings = try read(Array(minimal(line).utf8)).warnings
        #expect(warnings.map(\.description) == expected.map { "config.yaml:\($0)" })
    }

    @Test func `every key has its words for the reference`() {
        let facts = Settings.schema.flatMap(\.keys)
        #expect(Set(facts.map(\.path)).count == facts.count)
        for key in facts {
            #expect(!key.type.isEmpty && key.summary.hasSuffix("."), "\(key.path)")
            #expect(!key.summary.contains("|") && !key.type.contains("|"), "\(key.path)")
        }
        for section in Settings.schema {
            for key in section.keys { #expect(key.section == section.path) }
        }
    }
}
