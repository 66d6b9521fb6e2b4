// All chance in this module. Everything generated hangs on a seed and on nothing else: no system generator, no
// hash of Swift's (salted per process), no floating point. So one seed gives the same bytes on every machine, and a
// report can be made again from its number alone, without keeping any.

/// SplitMix64: tiny, fast, and good enough to look like malware.
struct Dice: Sendable {
    private var state: UInt64

    init(_ seed: UInt64) {
        state = seed
    }

    /// A stream of its own for each purpose and number, so that a new purpose does not shift the draws of the others.
    init(_ seed: UInt64, _ purpose: Purpose, _ number: UInt64 = 0) {
        state = Dice.mix(Dice.mix(seed ^ Dice.mix(purpose.rawValue)) &+ number)
    }

    enum Purpose: UInt64, Sendable {
        case webid = 1, analysis, run, evidence, section, templates, bulk, body, zip, reverser
    }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func next() -> UInt64 {
        let value = Dice.mix(state)
        state &+= 0x9E37_79B9_7F4A_7C15
        return value
    }

    /// 0 ..< bound; 0 when there is nothing to choose from.
    mutating func below(_ bound: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    mutating func within(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.upperBound - range.lowerBound + 1)
    }

    mutating func chance(_ percent: Int) -> Bool {
        below(100) < percent
    }

    mutating func pick<Element>(_ choices: [Element]) -> Element {
        precondition(!choices.isEmpty, "nothing to pick from")
        return choices[below(choices.count)]
    }

    /// Several different ones, in their own order.
    mutating func pick<Element>(_ count: Int, of choices: [Element]) -> [Element] {
        var left = min(count, choices.count)
        var chosen: [Element] = []
        chosen.reserveCapacity(left)
        for (offset, choice) in choices.enumerated() where left > 0 && below(choices.count - offset) < left {
            chosen.append(choice)
            left -= 1
        }
        return chosen
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            var word = next()
            for _ in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }

    mutating func hex(_ digits: Int, uppercase: Bool = false) -> String {
        text(digits, from: uppercase ? "0123456789ABCDEF" : "0123456789abcdef")
    }

    /// Letters of both cases, as Joe Sandbox renames samples: `WbPmrTtnkw`.
    mutating func letters(_ count: Int) -> String {
        text(count, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    }

    mutating func lowercase(_ count: Int) -> String {
        text(count, from: "abcdefghijklmnopqrstuvwxyz")
    }

    mutating func text(_ count: Int, from alphabet: StaticString) -> String {
        String(unsafeUninitializedCapacity: count) { room in
            for index in 0..<count {
                room[index] = alphabet.utf8Start[below(alphabet.utf8CodeUnitCount)]
            }
            return count
        }
    }

    /// A decimal fraction below `limit` with as many digits as the sandbox prints: `5.122968870854873`.
    mutating func fraction(below limit: Int, digits: Int = 15) -> String {
        "\(below(limit)).\(below(9) + 1)" + text(max(0, digits - 2), from: "0123456789") + "\(below(9) + 1)"
    }
}
