import Testing

@testable import MockJoe

struct ChanceTests {
    @Test func `the generator of chance gives the published numbers of SplitMix64`() {
        var dice = Dice(1_234_567)
        #expect(
            (0..<3).map { _ in dice.next() } == [
                6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
            ])
    }

    @Test func `a choice of several keeps their order and never repeats one`() {
        var dice = Dice(3)
        for count in 0...12 {
            let chosen = dice.pick(count, of: Array(0..<10))
            #expect(chosen == chosen.sorted() && Set(chosen).count == min(count, 10))
        }
    }

    @Test func `Base58Check gives the address of the first block`() {
        let hash: [UInt8] = [
            0x62, 0xE9, 0x07, 0xB1, 0x5C, 0xBF, 0x27, 0xD5, 0x42, 0x53, 0x99, 0xEB, 0xF6, 0xF0, 0xFB, 0x50, 0xEB, 0xB8,
            0x8F, 0x18,
        ]
        #expect(Coins.base58Check(version: 0, payload: hash) == "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    }

    @Test func `Bech32 and Bech32m give the examples of BIP 173 and BIP 350`() {
        let short: [UInt8] = [
            0x75, 0x1E, 0x76, 0xE8, 0x19, 0x91, 0x96, 0xD4, 0x54, 0x94, 0x1C, 0x45, 0xD1, 0xB3, 0xA3, 0x23, 0xF1, 0x43,
            0x3B, 0xD6,
        ]
        let long: [UInt8] = [
            0x79, 0xBE, 0x66, 0x7E, 0xF9, 0xDC, 0xBB, 0xAC, 0x55, 0xA0, 0x62, 0x95, 0xCE, 0x87, 0x0B, 0x07, 0x02, 0x9B,
            0xFC, 0xDB, 0x2D, 0xCE,
            0x28, 0xD9, 0x59, 0xF2, 0x81, 0x5B, 0x16, 0xF8, 0x17, 0x98,
        ]
        #expect(Coins.segwit(version: 0, program: short) == "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
        #expect(
            Coins.segwit(version: 1, program: long) == "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0")
    }

    @Test(arguments: [
        (1_548_659_712, "2019-01-28T08:15:12+01:00", "28/01/2019"),
        (1_588_364_953, "2020-05-01T22:29:13+02:00", "01/05/2020"),
        (1_553_993_999, "2019-03-31T01:59:59+01:00", "31/03/2019"),
        (1_553_994_000, "2019-03-31T03:00:00+02:00", "31/03/2019"),
        (1_572_137_999, "2019-10-27T02:59:59+02:00", "27/10/2019"),
        (1_572_138_000, "2019-10-27T02:00:00+01:00", "27/10/2019"),
        (951_782_400, "2000-02-29T01:00:00+01:00", "29/02/2000"), (-1, "1970-01-01T00:59:59+01:00", "01/01/1970"),
    ])
    func `an instant is printed in the time of Zurich`(instant: Int, iso: String, date: String) {
        #expect(Civil(instant: instant).iso == iso)
        #expect(Civil(instant: instant).slashed == date)
    }

    @Test func `dates and day numbers are each other's inverse`() {
        for days in stride(from: -800_000, through: 3_000_000, by: 997) {
            let date = Civil.date(fromDays: days)
            #expect(Civil.days(date.year, date.month, date.day) == days)
        }
    }
}
