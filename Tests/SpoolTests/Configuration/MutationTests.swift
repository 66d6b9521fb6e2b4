import SystemPackage
import Testing

@testable import Spool

/// Broken files of every kind: whatever the bytes are, reading ends, and ends with settings or with problems that
/// have a place.
@Suite struct MutationTests: ConfigurationSuite {
    /// SplitMix64: the same seed, the same files.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// What breaks YAML, this schema and careless arithmetic.
    private let fragments = [
        "\t", ":", ": ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!int ", "? ", "|\n", ">-\n", "\"", "'", "#", "\n",
        "\r", "---\n", "...\n", "<<: ",
        "%YAML 1.1\n", "${", "}", "$${", "${A:-", "\u{FEFF}", "\u{85}", "\0", "99999999999999999999", "-1", "0x7f", "~",
        "yes", "1e9d", "joe:\n  ", "  ",
        "9223372036854775807TiB", "https://u:p@[::1]:0/?#", "\u{202E}", "é",
    ].map { Array($0.utf8) }

    private func mutated(_ seed: [UInt8], with generator: inout Generator) -> [UInt8] {
        var bytes = seed
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let length = min(Int.random(in: 0...12, using: &generator), bytes.count - place)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: bytes.removeSubrange(place..<place + length)
            case 1: bytes.insert(contentsOf: fragments.randomElement(using: &generator) ?? [], at: place)
            case 2:
                bytes.replaceSubrange(place..<place + length, with: fragments.randomElement(using: &generator) ?? [])
            case 3:
                bytes.insert(
                    contentsOf: bytes[place..<place + length], at: Int.random(in: 0...bytes.count, using: &generator))
            case 4: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            default: bytes.removeSubrange(place...)
            }
        }
        return bytes
    }

    /// Lines that are not comments, so that mutations hit something.
    private func seed() throws -> [UInt8] {
        let lines = try contents(of: projectFolder.appending("config.yaml")).split(separator: "\n")
        let kept = lines.map { line in
            let body = line.drop { $0 == " " }
            return body.hasPrefix("#") && !body.hasPrefix("# ")
                ? line.prefix(line.count - body.count) + body.dropFirst() : line
        }
        return Array(
            kept.filter { !$0.drop { $0 == " " }.hasPrefix("#") && !$0.contains("_file:") }.joined(separator: "\n").utf8
        )
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `no file makes the reader trap or report nothing`(shard: UInt64) throws {
        let seed = try seed()
        var loaded = 0
        for round in 0..<300 as Range<UInt64> {
            var generator = Generator(state: shard * 1_000_003 + round)
            let bytes = mutated(seed, with: &generator)
            do throws(ConfigurationError) {
                _ = try read(bytes, environment: ["A": "a", "PROXY_PASSWORD": "p"], mode: 0o644)
                loaded += 1
            } catch {
                let lines = bytes.reduce(2) { $0 + ($1 == 0x0A || $1 == 0x0D ? 1 : 0) }
                for problem in error.problems {
                    #expect(
                        !problem.message.isEmpty && problem.line ?? 1 <= lines, "seed \(shard)/\(round): \(problem)")
                    #expect(
                        problem.description.unicodeScalars.allSatisfy { $0.value >= 0x20 },
                        "seed \(shard)/\(round): \(problem)")
                }
            }
        }
        #expect(loaded < 300)
    }

    @Test func `a file cut short at any byte is read or refused`() throws {
        let bytes = try seed()
        for length in stride(from: 0, to: bytes.count, by: 7) {
            let found = problems(Array(bytes[..<length]), mode: 0o600)
            #expect(found.count <= 30)
        }
    }
}
