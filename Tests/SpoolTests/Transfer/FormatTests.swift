import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Bundles of every format that was ever released are read; those of formats to come are refused with both numbers.
@Suite struct FormatTests {
    private var bundles: FilePath { FilePath(#filePath).removingLastComponent().appending("Bundles") }

    private func refusal(_ bundle: FilePath) throws -> [String] {
        do {
            return CheckedBag(try BagReader(TransferLimits()).read(.folder(bundle))).findings.errors.map(\.message)
        } catch let error as TransferError {
            return [error.message]
        }
    }

    @Test func `format 1 is read`() async throws {
        try await withSpool { (spool, _) async throws in
            let bundle = BundleLocation.tar(bundles.appending("format-1.tar"))
            let bag = CheckedBag(try BagReader(TransferLimits()).read(bundle))
            #expect(bag.findings == BagFindings())
            let record = try #require(bag.record)
            var options = ImportOptions()
            if Tool.isThere("/usr/bin/ssh-keygen") {
                options.signatures = SignaturePolicy(
                    try AllowedSigners(bundles.appending("allowed_signers")),
                    identities: [record.stream.spool: "test@spoolctl.example"], program: KeyProgram(agent: nil))
            }
            let result = try await Importer(spool, options).import(bundle)
            #expect(result.number == 3)
            #expect(result.stream.destination == "far-side")
            #expect(result.imported.map(\.description) == ["inbox/joe-752112", "outbox/joe-752111"])
            #expect(record.history.map(\.number) == [2])
            #expect(record.void == [[1, 1]])
            #expect(try spool.verify().problems.isEmpty)
        }
    }

    @Test func `format 1 is still written byte for byte`() throws {
        let tar = bundles.appending("format-1.tar")
        let bytes = try #require(try WholeFile.read(tar, limit: 1 << 20))
        let record = try #require(CheckedBag(try BagReader(TransferLimits()).read(.tar(tar))).record)
        #expect(bytes.firstRange(of: record.encoded()) != nil)
        let blocks = stride(from: 0, to: bytes.count, by: 512).map { Array(bytes[$0...].prefix(Envelope.size)) }
        let envelopes = blocks.compactMap { block in (try? Envelope(decoding: block)).map { ($0, block) } }
        #expect(envelopes.count == record.items.count)
        for (envelope, block) in envelopes { #expect(envelope.encoded() == block) }
    }

    @Test func `a format to come is refused with the two numbers`() async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            try BagEditor(bundle).edit(.transfer) { $0.replacing("\"transfer\":1", with: "\"transfer\":2") }
            let expected =
                "transfer.json: the bundle is of format 2; this program reads up to 1: use a newer spoolctl"
            #expect(try refusal(bundle) == [expected])
            #expect(try await crossing.refusal(.folder(bundle)) == expected)
            #expect(try crossing.countHere() == 0)
        }
    }

    @Test(arguments: [
        ("\"transfer\":1", "\"transfer\":\"1\""), ("\"transfer\":1", "\"transfer\":0"),
        ("\"number\":1", "\"number\":0"),
        ("\"number\":1", "\"number\":-1"), ("\"destination\":\"peer\"", "\"destination\":\"../x\""),
        ("\"queue\":\"outbox\"", "\"queue\":\"../outbox\""), ("\"id\":\"joe-1\"", "\"id\":\"joe/1\""),
        ("\"bytes\":2", "\"bytes\":-2"), ("\"bytes\":2", "\"bytes\":99999999999999999999"),
        ("\"from\":\"ready\"", "\"from\":\"done\""), ("\"void\":[]", "\"void\":[[1]]"),
        ("\"void\":[]", "\"void\":[[1,99]]"), ("\"history\":[]", "\"history\":[{\"number\":7,\"digest\":\"x\"}]"),
        ("{", "["), ("}\n", ""), ("\"items\"", "\"item\""),
    ])
    func `a record that makes no sense is refused`(part: String, wrong: String) async throws {
        try await Crossing.with { crossing async throws in
            try crossing.there.give("1", .outbox)
            let bundle = try await crossing.bundle()
            let editor = BagEditor(bundle)
            let before = try editor.text("transfer.json")
            try editor.edit(.transfer) { $0.replacing(part, with: wrong) }
            #expect(try editor.text("transfer.json") != before)
            #expect(try !refusal(bundle).isEmpty)
            #expect(try await crossing.refusal(.folder(bundle)) != nil)
            #expect(try crossing.countHere() == 0)
        }
    }
}
