import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Receipts and whose they are.
@Suite(.enabled(if: Tool.isThere("/usr/bin/ssh-keygen"), "ssh-keygen is not installed"))
struct SignedReceiptTests {
    private func key(_ name: String, in folder: FilePath) async throws -> (key: FilePath, half: String) {
        let key = folder.appending(name)
        let made = try await Tool.run(
            "/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key.string])
        try #require(made.status == 0, "\(made.out)")
        let half = try #require(try WholeFile.read(folder.appending("\(name).pub")))
        return (key, String(decoding: half, as: UTF8.self))
    }

    @Test func `only the signer who is named, over these words, as a receipt`() async throws {
        try await Crossing.with { crossing in
            let (good, half) = try await key("good", in: crossing.folder)
            let (other, otherHalf) = try await key("other", in: crossing.folder)
            let text = "here@b.example \(half)other@b.example \(otherHalf)"
            let allowed = try AllowedSigners(Array(text.utf8), of: "allowed")
            try crossing.there.give("1", .outbox)
            try await crossing.take(.folder(try await crossing.bundle()))
            let status = try #require(try crossing.here.arrivedStatus().first)
            let words = Receipt(status, from: nil, limit: 9, by: crossing.here).encoded()
            func signed(_ key: FilePath, _ namespace: KeyProgram.Namespace = .receipt) async throws -> [UInt8] {
                words + (try await KeyProgram(agent: nil).sign(words, key: key, as: namespace))
            }
            func end(_ text: [UInt8], _ identities: [String: String]) async throws -> String {
                let policy = SignaturePolicy(allowed, identities: identities, program: KeyProgram(agent: nil))
                do {
                    return try await ReceiptDesk(crossing.there, signatures: policy).accept(text).signer ?? "nobody"
                } catch let error as TransferError {
                    #expect(error.code == .refused)
                    return error.message
                }
            }
            let byName = ["peer": "here@b.example"]
            #expect(try await end(words, byName).contains("is not signed"))
            #expect(try await end(signed(other), byName).contains("not one of 'here@b.example'"))
            #expect(try await end(signed(good, .bundle), byName).contains("not one of 'here@b.example'"))
            #expect(try await end(signed(good), [:]).contains("no signer is configured"))
            var changed = try await signed(good)
            changed.replaceSubrange(
                0..<words.count,
                with: Array(
                    String(decoding: words, as: UTF8.self)
                        .split(separator: "program", omittingEmptySubsequences: false).joined(separator: "program x")
                        .utf8))
            #expect(try await end(changed, byName).contains("not one of 'here@b.example'"))
            #expect(try await end(Array(signed(good).dropLast(40)), byName).contains("cut short"))
            // The other's key, named for this destination, counts before the spool's own.
            #expect(
                try await end(signed(good), ["peer": "other@b.example", crossing.here.id: "here@b.example"]).contains(
                    "other@"))
            let ref = EntryRef(.outbox, SpoolStore.id("1"))
            #expect(try crossing.there.states(ref) == [.exported])
            #expect(try await end(signed(good), [crossing.here.id: "here@b.example"]) == "here@b.example")
            #expect(try crossing.there.states(ref) == [.done])
            // Through a mail.
            let mail = String(decoding: try await signed(good), as: UTF8.self).split(separator: "\n").map {
                "\($0) \r\n"
            }
            #expect(try await end(Array(mail.joined().utf8), byName) == "here@b.example")
        }
    }
}
