import Testing

@testable import Spool

/// What cannot be read as YAML, or may not be used of it: each with its place and in words that help.
@Suite struct YAMLProblemTests: ConfigurationSuite {
    @Test(arguments: [
        ("", ["config.yaml:1:1: the file is empty"]),
        ("# nothing\n\n", ["config.yaml:1:1: the file is empty"]),
        ("---\n...\n", ["config.yaml:1:1: the file is empty"]),
        ("~\n", ["config.yaml:1:1: the file is empty"]),
        ("just text\n", ["config.yaml:1:1: the file must be a mapping of keys and values, not text"]),
        ("- joe\n", ["config.yaml:1:1: the file must be a mapping of keys and values, not a list"]),
        ("log:\n  - level\n", ["config.yaml:2:3: 'log' must be a mapping of keys and values, not a list"]),
        ("log: info\n", ["config.yaml:1:6: 'log' must be a mapping of keys and values, not text"]),
        ("log:\n\tlevel: info\n", ["config.yaml:2:1: a tab cannot be used to indent; use blanks"]),
        ("log:\n  level: info\n\tformat: text\n", ["config.yaml:3:1: a tab cannot be used to indent; use blanks"]),
        ("log:\n  level: @info\n", ["config.yaml:2:10: text cannot begin with this character; put it in quotes"]),
        ("log:\n  level: %info\n", ["config.yaml:2:10: text cannot begin with this character; put it in quotes"]),
        (
            "log: level: info\n",
            ["config.yaml:1:11: a ':' is not expected here; check the indentation, and quote text that contains ': '"]
        ),
        (
            "log:\n  level\n  format: text\n",
            ["config.yaml:3:9: a ':' is not expected here; check the indentation, and quote text that contains ': '"]
        ),
        (
            "log:\n  level: info\nrun\n",
            ["config.yaml:4:1: a ':' is missing after the key, or the indentation is wrong"]
        ),
        (
            "log:\n    level: info\n  format: text\n",
            ["config.yaml:3:3: the indentation does not fit the lines above (it began at 1:1)"]
        ),
        ("run:\n  stages: [map\n", ["config.yaml:3:1: a ',' or ']' is missing (it began at 2:11)"]),
        ("run: {stages: [map]\n", ["config.yaml:2:1: a ',' or '}' is missing (it began at 1:6)"]),
        ("log:\n  level: \"info\n", ["config.yaml:3:1: a quotation mark is missing at the end (it began at 2:10)"]),
        (
            "spool:\n  path: \"C:\\spool\"\n",
            ["config.yaml:2:12: unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"]
        ),
        (
            "run:\n  stages:\n  - map\n  map\n",
            ["config.yaml:5:1: a ':' is missing after the key, or the indentation is wrong"]
        ),
        ("log: {level: info}\n]\n", ["config.yaml:2:1: this bracket closes nothing"]),
        ("{log: {}}\nrun: {}\n", ["config.yaml:2:1: this does not belong to the mapping above; check the indentation"]),
        ("log: {}\n---\nlog: {}\n", ["config.yaml:2:1: a second document begins here; only one is read"]),
        ("%YAML 3.0\n---\nlog: {}\n", ["config.yaml:1:1: not valid YAML: found incompatible YAML document"]),
        (
            "log: {level: !!str info}\n",
            ["config.yaml:1:14: the tag '!!str' is not understood; write the value without it"]
        ),
        (
            "log: !mine {level: info}\n",
            ["config.yaml:1:6: the tag '!mine' is not understood; write the value without it"]
        ),
        (
            "log: &a {level: info}\nretry: *a\n",
            [
                "config.yaml:1:6: '&a': anchors are not read here; write the value out",
                "config.yaml:2:8: '*a': aliases are not read here; write the value out",
            ]
        ),
        (
            "log:\n  <<: {level: info}\n",
            ["config.yaml:2:3: merge keys ('<<') are not read here; write the keys out"]
        ),
        ("? [log]\n: info\n", ["config.yaml:1:3: a key must be text, not a list"]),
        ("{a: 1}: info\n", ["config.yaml:1:1: a key must be text, not a mapping"]),
        (": info\n", ["config.yaml:1:1: a key is missing before ':'"]),
        (
            "1: info\n",
            [
                "config.yaml:1:1: unknown key '1'; known are spool, joe, mapping, trustar, transfer, retry, run, log and metrics"
            ]
        ),
    ])
    func `each mistake has its own words and its place`(yaml: String, expected: [String]) {
        // None of these is complete: what is missing besides is another matter.
        let found = problems(yaml).filter { !$0.contains("is missing, but the stage") }
        #expect(found == expected)
    }

    @Test(
        arguments: [
            (
                [0xEF, 0xBB, 0xBF] + Array("log: {}".utf8),
                "1:1: the file begins with a byte order mark; save it as UTF-8 without one"
            ),
            ([0xFF, 0xFE, 0x6C, 0x00], "1:1: the file is UTF-16 or UTF-32; save it as UTF-8"),
            ([0xFE, 0xFF, 0x00, 0x6C], "1:1: the file is UTF-16 or UTF-32; save it as UTF-8"),
            ([0x6C, 0x00, 0x6F, 0x00], "1:2: a NUL byte; is this a text file?"),
            (Array("log:\r\n  le\0vel: info".utf8), "2:5: a NUL byte; is this a text file?"),
            (Array("log:\n  level: inf".utf8) + [0xF6], "2:13: this is not UTF-8; save the file as UTF-8"),
            (Array("äöü: ".utf8) + [0xC3], "1:6: this is not UTF-8; save the file as UTF-8"),
            (Array("# ".utf8) + [0xED, 0xA0, 0x80], "1:3: this is not UTF-8; save the file as UTF-8"),
            (Array("# ".utf8) + [0xC0, 0xAF], "1:3: this is not UTF-8; save the file as UTF-8"),
            (Array("\r\r# \u{1B}[31m".utf8), "3:3: an invisible character (\\u{001B}) does not belong here"),
            (Array("# a\u{FEFF}".utf8), "1:4: an invisible character (\\u{FEFF}) does not belong here"),
            (Array("# a\u{2028}".utf8), "1:4: an invisible character (\\u{2028}) does not belong here"),
            (Array("# a\u{85}".utf8), "1:4: an invisible character (\\u{0085}) does not belong here"),
        ] as [([UInt8], String)])
    func `bytes that are no text are named with their place`(bytes: [UInt8], expected: String) {
        #expect(problems(bytes) == ["config.yaml:\(expected)"])
    }

    @Test func `a bomb of aliases is refused without being expanded`() {
        var yaml = "a: &a [x,x,x,x,x,x,x,x,x]\n"
        for (name, last) in zip("bcdefghi", "abcdefgh") {
            let items = Array(repeating: "*\(last)", count: 9).joined(separator: ",")
            yaml += "\(name): &\(name) [\(items)]\n"
        }
        let found = problems(minimal(yaml))
        #expect(
            found.first
                == "config.yaml:2:1: unknown key 'a'; known are spool, joe, mapping, trustar, transfer, retry, run, log and metrics"
        )
        #expect(found.contains("config.yaml:3:8: '*a': aliases are not read here; write the value out"))
        #expect(found.count > 72 && found.count < 100)
    }

    @Test(arguments: ["[", "{a: ", "- ", "? ", "[{"])
    func `depth has a bound`(opener: String) {
        let yaml = String(repeating: opener, count: 50_000)
        let found = problems(yaml)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("nested more than 16 levels deep") == true)
    }

    @Test func `the number of values has a bound`() {
        let found = problems("run:\n  stages: [" + String(repeating: "a,", count: 200_000) + "]")
        #expect(found == ["config.yaml:2:20008: more than 10000 values"])
    }

    @Test func `no more than a hundred problems are listed`() {
        let found = problems(minimal((1...3000).map { "key\($0): 1\n" }.joined()))
        #expect(found.count == 101)
        #expect(found.last == "config.yaml: 2900 further problems are not shown")
        #expect(found[1].hasPrefix("config.yaml:3:1: unknown key 'key2'"))
    }

    @Test func `columns count characters, lines count as an editor does`() {
        let document = YAMLParser.document(Array("ключ: {ä: 'ö', 😀: x}\r\nb: y\r\n".utf8))
        guard case .mapping(let pairs) = document.root?.content, case .mapping(let inner) = pairs.first?.value.content
        else {
            Issue.record("not a mapping")
            return
        }
        #expect(inner.map(\.keyMark) == [YAMLMark(line: 1, column: 8), YAMLMark(line: 1, column: 16)])
        #expect(inner.map(\.value.mark) == [YAMLMark(line: 1, column: 11), YAMLMark(line: 1, column: 19)])
        #expect(pairs.last?.keyMark == YAMLMark(line: 2, column: 1))
        #expect(document.faults == [])
    }

    @Test func `a message shows nothing that a terminal would obey`() {
        let found = problems(minimal("\"\\e[31mred\\u202e\": 1\n"))
        #expect(
            found == [
                "config.yaml:2:1: unknown key '\\u{001B}[31mred\\u{202E}'; known are spool, joe, mapping, trustar, transfer, retry, run, log and metrics"
            ])
        let long = problems(minimal("\(String(repeating: "x", count: 500)): 1\n"))
        #expect(long.first?.contains("unknown key '\(String(repeating: "x", count: 60))…'") == true)
    }
}
