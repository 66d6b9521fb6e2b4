import Testing

@testable import Spool

/// Keys: unknown, misplaced, duplicate; and everything that is wrong at once.
@Suite struct LayoutTests: ConfigurationSuite {
    @Test func `all problems are reported at once, sorted by position`() {
        let yaml = """
            log:
              level: loud
            joe:
              source: Joe!
              intervall: 15m
              interval: 15x
              base_url: joesandbox
              filter:
                minimum_score: 101
                detections: [malicious, evil, malicious]
            spol: {}
            retry:
              minimum: 2h
              minimum: 3h
              give_up_after: 30m
            run:
              stages: map
            """
        let expected = [
            "config.yaml:2:10: 'level' in 'log': 'loud' is not one of trace, debug, info, notice, warning, error, critical",
            "config.yaml:3:1: 'api_key' in 'joe' is missing, but the stage 'fetch' needs it; give it, 'api_key_file', or the credential 'joe.api_key'",
            "config.yaml:4:11: 'source' in 'joe': 'Joe!' must be 1 to 16 lower-case letters a-z and digits",
            "config.yaml:5:3: unknown key 'intervall' in 'joe'; did you mean 'interval'?",
            "config.yaml:6:13: 'interval' in 'joe': '15x' has an unknown unit; known are d, h, m, s and ms",
            "config.yaml:7:13: 'base_url' in 'joe' must be a URL such as https://host/path",
            "config.yaml:9:20: 'minimum_score' in 'joe.filter': '101' must be from 0 to 100",
            "config.yaml:10:29: 'detections' in 'joe.filter': 'evil' is not one of malicious, suspicious, clean, unknown",
            "config.yaml:10:35: 'detections' in 'joe.filter': 'malicious' is given twice",
            "config.yaml:11:1: unknown key 'spol'; did you mean 'spool'?",
            "config.yaml:13:3: 'minimum' in 'retry' is longer than 'maximum' (2h > 1h)",
            "config.yaml:14:3: duplicate key 'minimum' in 'retry'; first given in line 13",
            "config.yaml:15:3: 'maximum' in 'retry' is longer than 'give_up_after' (1h > 30m)",
            "config.yaml:17:11: 'stages' in 'run' must be a list such as [a, b], not text",
        ]
        let found = problems(yaml).filter { !$0.contains("in 'trustar' is missing") }
        #expect(found == expected)
    }

    @Test(arguments: [
        ("joe: {intervall: 1m}", "1:7: unknown key 'intervall' in 'joe'; did you mean 'interval'?"),
        ("joe: {apiKey: x}", "1:7: unknown key 'apiKey' in 'joe'; did you mean 'api_key'?"),
        ("joe: {baes_url: x}", "1:7: unknown key 'baes_url' in 'joe'; did you mean 'base_url'?"),
        ("joe: {time-zone: x}", "1:7: unknown key 'time-zone' in 'joe'; did you mean 'time_zone'?"),
        ("joe: {fliter: {}}", "1:7: unknown key 'fliter' in 'joe'; did you mean 'filter'?"),
        ("spool: {retention: {dnoe: 1d}}", "1:21: unknown key 'dnoe' in 'spool.retention'; did you mean 'done'?"),
        ("joe: {enclave_id: x}", "1:7: unknown key 'enclave_id' in 'joe'; it belongs in 'trustar'"),
        ("timeout: 30s", "1:1: unknown key 'timeout'; it belongs in 'joe' or 'trustar'"),
        ("TruStar: {}", "1:1: unknown key 'TruStar'; did you mean 'trustar'?"),
        (
            "joe.interval: 15m",
            "1:1: unknown key 'joe.interval'; known are spool, joe, mapping, trustar, transfer, retry, run, log and metrics"
        ),
        ("joe: {filter.tags: []}", "1:7: unknown key 'filter.tags' in 'joe'"),
        ("joe: {colour: x}", "1:7: unknown key 'colour' in 'joe'"),
        (
            "colours: {}",
            "1:1: unknown key 'colours'; known are spool, joe, mapping, trustar, transfer, retry, run, log and metrics"
        ),
        ("joe: {'api_key:hunter2': x}", "1:7: unknown key 'api_key…' in 'joe'; is a blank missing after ':'?"),
        ("joe: {filter: []}", "1:15: 'joe.filter' must be a mapping of keys and values, not a list"),
        ("joe: api_key:hunter2", "1:6: 'joe' must be a mapping of keys and values, not text"),
        ("joe: {run: [1]}", "1:12: 'run' in 'joe' must be a single value, not a list"),
        ("joe: {run: {a: 1}}", "1:12: 'run' in 'joe' must be a single value, not a mapping"),
        ("joe: {interval: }", "1:17: 'interval' in 'joe' has no value; leave the key out for the default, 15m"),
        ("joe: {newest: ~}", "1:15: 'newest' in 'joe' has no value; leave the key out"),
        ("joe: {filter: {tags: null}}", "1:22: 'tags' in 'joe.filter' must be a list such as [a, b], not nothing"),
        (
            "joe: {filter: {tags: [a, ~]}}",
            "1:26: 'tags' in 'joe.filter' has an item without a value; leave it out, or put it in quotes"
        ),
        ("joe: {filter: {tags: [[a]]}}", "1:23: 'tags' in 'joe.filter' must be a single value, not a list"),
        ("joe: {}\njoe: {}", "2:1: duplicate key 'joe'; first given in line 1"),
        ("log: {level: info, 'level': info}", "1:20: duplicate key 'level' in 'log'; first given in line 1"),
        ("spool: {create: yes}", "1:17: 'create' in 'spool': 'yes' is not understood; write true"),
        (
            "spool: {min_free: lots}",
            "1:19: 'min_free' in 'spool': 'lots' is not a size; write it like 500kB, 2MB or 64MiB (or 'auto')"
        ),
        ("joe: {run: -1}", "1:12: 'run' in 'joe': '-1' must be from 0 to 999 (or 'best')"),
        ("joe: {interval: 0s}", "1:17: 'interval' in 'joe': '0s' must be from 1s to 30d"),
        ("joe: {max_report_bytes: 17GiB}", "1:25: 'max_report_bytes' in 'joe': '17GiB' must be from 1kB to 16GiB"),
    ])
    func `each mistake with a key is named with its place`(line: String, expected: String) {
        #expect(problems(line + "\nrun: {stages: [map]}") == ["config.yaml:\(expected)"])
    }

    @Test func `lists and texts have a bound`() {
        let many = (0...1000).map { "t\($0)" }.joined(separator: ",")
        #expect(
            problems(minimal("joe: {filter: {tags: [\(many)]}}")) == [
                "config.yaml:2:22: 'tags' in 'joe.filter' has more than 1000 items"
            ])
        let long = String(repeating: "$", count: 16_385)
        #expect(
            problems(minimal("joe: {source: \(long)}")) == ["config.yaml:2:15: 'source' in 'joe' is longer than 16KiB"])
    }

    @Test func `nothing is concluded from a default that stands in for a wrong value`() {
        let wrong = "has an unknown unit; known are d, h, m, s and ms"
        #expect(
            problems(minimal("retry: {minimum: 2x, maximum: 30s}")) == [
                "config.yaml:2:18: 'minimum' in 'retry': '2x' \(wrong)"
            ])
        #expect(
            problems(minimal("retry: {minimum: 2h, maximum: 5x}")) == [
                "config.yaml:2:31: 'maximum' in 'retry': '5x' \(wrong)"
            ])
    }

    @Test func `run stages may not be empty`() {
        #expect(
            problems("run: {stages: []}") == [
                "config.yaml:1:7: 'stages' in 'run' is empty; name at least one of fetch, import, map, submit, export"
            ])
    }

    @Test func `a section whose keys are all commented out is fine`() throws {
        let settings = try settings("joe:\n  filter:\n    #tags: []\nlog:\nspool: {retention: {}}\n")
        #expect(settings.joe.filter.isEmpty)
    }

    @Test func `quotes make no difference to what a value means`() throws {
        let settings = try settings("joe: {interval: '20m', run: \"3\", filter: {file_names: ['no', 1.0, 'null']}}\n")
        #expect(settings.joe.interval == .seconds(1200))
        #expect(settings.joe.run == 3)
        // What YAML 1.1 would call a boolean and a float is text where text is wanted.
        #expect(settings.joe.filter.fileNames == ["no", "1.0", "null"])
    }

    @Test(arguments: [
        ("interval", "intervall"), ("interval", "intreval"), ("interval", "nterval"), ("interval", "INTERVAL"),
        ("interval", "in-ter-val"),
    ])
    func `a slip of the fingers finds its word`(expected: String, typed: String) {
        #expect(Suggestion.nearest(to: typed, among: ["timeout", "interval", "source"]) == expected)
    }

    @Test func `what is too far off, empty or endless gets no suggestion`() {
        for typed in ["", "xyz", "inter", "val", String(repeating: "interval", count: 100_000)] {
            #expect(Suggestion.nearest(to: typed, among: ["timeout", "interval", "source"]) == nil)
        }
    }

    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("abc", "acb", 1), ("kitten", "sitting", 3), ("ab", "ba", 1),
    ])
    func `the distance counts slips`(left: String, right: String, expected: Int) {
        #expect(Suggestion.distance(Array(left.utf8), Array(right.utf8)) == expected)
        #expect(Suggestion.distance(Array(right.utf8), Array(left.utf8)) == expected)
    }
}
