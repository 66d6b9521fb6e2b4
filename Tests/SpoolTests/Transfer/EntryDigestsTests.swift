import Crypto
import TestSupport
import Testing

@testable import Spool

@Suite struct EntryDigestsTests {
    @Test func `however the bytes come, both digests are those of the whole and of what is behind the envelope`() {
        var random = SeededRandom(seed: 20_261_126)
        let edges = [0, 1, 1023, 1024, 1025, 1024 + 128]
        let sizes = edges + (0..<50).map { _ in Int.random(in: 0..<9000, using: &random) }
        for size in sizes {
            let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            var (digests, whole) = (EntryDigests(payload: true), EntryDigests(payload: false))
            var start = 0
            while start < size {
                let count = min(size - start, [1, 63, 64, 127, 128, 1000, 4096].randomElement(using: &random) ?? 1)
                bytes[start..<(start + count)].withUnsafeBytes {
                    digests.update($0)
                    whole.update($0)
                }
                start += count
            }
            let (file, payload) = digests.finalize()
            #expect(file == Envelope.hex(SHA256.hash(data: bytes)))
            #expect(whole.finalize().file == file && whole.finalize().payload == nil)
            #expect(payload == Envelope.hex(SHA256.hash(data: bytes.dropFirst(Envelope.size))))
        }
    }
}
