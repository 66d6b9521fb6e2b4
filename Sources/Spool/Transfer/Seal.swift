// A check sum at the end of what is known nowhere else: the lines of a stream's log and of what arrived, and what was seen in a
// watched folder. A bit that flips makes another number, another time, another digest out of them, each as good as the right one.
// What has no seal was written by an earlier version, and counts as it is.

import Crypto

enum Seal {
    /// The first 8 digits of SHA-256.
    static func of(_ bytes: some Sequence<UInt8>) -> String {
        String(Envelope.hex(SHA256.hash(data: Array(bytes))).prefix(8))
    }

    static func line(_ text: String) -> String { "\(text) \(of(text.utf8))" }

    /// The fields of a line that has so many, its seal taken off; nil if it is not what was written.
    static func fields(_ line: String, _ count: Int) -> [String]? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        if fields.count == count { return fields }
        guard fields.count == count + 1, let seal = fields.last, of(line.utf8.dropLast(seal.utf8.count + 1)) == seal
        else { return nil }
        return fields.dropLast()
    }
}
