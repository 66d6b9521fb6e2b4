// A receipt: which bundles of a stream have arrived as a whole, as a small text that goes back by any way there is, also
// printed, read out, or in a mail. Plain ASCII with short lines; the signature, if there is one, stands below it in the same text.
//
//     spool-receipt 1
//     stream <spool>/<destination>
//     issued 2026-11-25T12:00:00.000Z
//     by <spool that received>
//     program 1.2.0
//     41 <digest of the bundle>
//     42 <digest of the bundle>
//     missing 39-40
//     end
//
// What a mail does to a text is undone before it is looked at: line ends, blanks at the ends of lines, words before and after.
// Signed is what stands from `spool-receipt` to `end`, each line ended by LF.

package struct Receipt: Sendable, Equatable {
    /// The newest format that this program writes and reads.
    package static let format = 1
    /// Of a text that holds one.
    package static let longest = 8 << 20
    /// Ranges of missing numbers that are told.
    private static let mostMissing = 100

    package let stream: TransferStream
    package let issued: Timestamp
    /// The id of the spool that received.
    package let issuer: String
    package let program: String
    /// Ascending.
    package let bundles: [TransferRecord.Past]
    package let missing: NumberRanges

    /// Of what has arrived from number `first` on; the newest `limit` of them.
    package init(_ status: ArrivedStatus, from first: Int?, limit: Int, by spool: SpoolStore) {
        stream = status.stream
        issued = spool.now()
        issuer = spool.id
        program = spool.program
        let all = status.imported.filter { Envelope.isDigest($0.digest) && $0.number >= first ?? 1 }
        bundles = first == nil ? Array(all.suffix(limit)) : Array(all.prefix(limit))
        missing = NumberRanges(ranges: status.missing.ranges.suffix(Self.mostMissing))
    }

    /// What is signed.
    package func encoded() -> [UInt8] {
        var lines = [
            "spool-receipt \(Self.format)", "stream \(stream)", "issued \(issued.rfc3339)", "by \(issuer)",
            "program \(program)",
        ]
        lines += bundles.map { "\($0.number) \($0.digest)" }
        lines += missing.ranges.map { "missing \($0.lowerBound)-\($0.upperBound)" }
        return Array((lines + ["end", ""]).joined(separator: "\n").utf8)
    }
}

/// A receipt as it was found in a text.
package struct ReceivedReceipt: Sendable, Equatable {
    package let receipt: Receipt
    /// What the signature is over.
    package let signed: [UInt8]
    package let signature: [UInt8]?

    private static let first = "-----BEGIN SSH SIGNATURE-----"
    private static let last = "-----END SSH SIGNATURE-----"

    package init(_ text: [UInt8]) throws(TransferError) {
        let lines = Self.lines(text)
        let starts = lines.indices.filter { lines[$0].hasPrefix("spool-receipt ") }
        guard let start = starts.first else {
            throw .refused("no receipt in it: no line begins with 'spool-receipt'")
        }
        guard starts.count == 1 else { throw .refused("\(starts.count) receipts in one text; give one at a time") }
        guard let end = lines[start...].firstIndex(of: "end") else {
            throw .refused("the receipt is cut short: it has no line 'end'")
        }
        let body = Array(lines[start...end])
        receipt = try Receipt(lines: body)
        signed = Array((body + [""]).joined(separator: "\n").utf8)
        signature = try Self.signature(Array(lines[(end + 1)...]))
    }

    private static func signature(_ lines: [String]) throws(TransferError) -> [UInt8]? {
        guard let start = lines.firstIndex(of: first) else { return nil }
        guard let end = lines[start...].firstIndex(of: last) else {
            throw .refused("the receipt's signature is cut short")
        }
        return Array((lines[start...end] + [""]).joined(separator: "\n").utf8)
    }

    /// Without what mail programs and editors add at the ends of lines, or before the first.
    private static func lines(_ text: [UInt8]) -> [String] {
        let bytes = text.starts(with: [0xef, 0xbb, 0xbf]) ? text[3...] : text[...]
        return bytes.split(separator: 0x0a, omittingEmptySubsequences: false).map { line in
            let end = line.lastIndex { $0 != 0x0d && $0 != 0x20 && $0 != 0x09 }
            return String(decoding: end.map { line[...$0] } ?? [], as: UTF8.self)
        }
    }
}

extension Receipt {
    /// Every line must be one of ours, in its order.
    fileprivate init(lines: [String]) throws(TransferError) {
        var rest = lines.dropLast()[...]
        var number = 1
        func refused(_ why: String) -> TransferError { .refused("line \(number) of the receipt \(why)") }
        func take(_ name: String) throws(TransferError) -> String {
            guard let line = rest.popFirst(), line.hasPrefix("\(name) ") else { throw refused("is not '\(name) …'") }
            number += 1
            return String(line.dropFirst(name.utf8.count + 1))
        }
        guard let version = Int(try take("spool-receipt")) else { throw refused("names no format") }
        guard version <= Self.format, version >= 1 else {
            throw .refused(
                "the receipt is of format \(version); this program reads up to \(Self.format): use a newer spoolctl")
        }
        let names = try take("stream").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard names.count == 2, let stream = TransferStream(spool: names[0], destination: names[1]) else {
            throw refused("names no stream")
        }
        guard let issued = Timestamp(rfc3339: try take("issued")) else { throw refused("names no time") }
        let issuer = try take("by")
        guard EntryID.isWebid(issuer) else { throw refused("names no spool") }
        let program = try take("program")
        var bundles: [TransferRecord.Past] = []
        var missing: [ClosedRange<Int>] = []
        for line in rest {
            if line.hasPrefix("missing "), let range = Self.range(line.dropFirst("missing ".count)),
                range.lowerBound > missing.last?.upperBound ?? 0
            {
                missing.append(range)
            } else if missing.isEmpty, let past = Self.bundle(line), past.number > bundles.last?.number ?? 0 {
                bundles.append(past)
            } else {
                throw refused("is neither a number with a digest nor 'missing', or not in order")
            }
            number += 1
        }
        (self.stream, self.issued, self.issuer, self.program) = (stream, issued, issuer, program)
        (self.bundles, self.missing) = (bundles, NumberRanges(ranges: missing))
    }

    private static func bundle(_ line: String) -> TransferRecord.Past? {
        let fields = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 2, let number = plainNumber(fields[0]), Envelope.isDigest(fields[1]) else { return nil }
        return TransferRecord.Past(number: number, digest: fields[1])
    }

    private static func range(_ text: Substring) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { plainNumber(String($0)) }
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last else { return nil }
        return first...last
    }

    /// One spelling only.
    private static func plainNumber(_ text: String) -> Int? {
        guard let number = Int(text), number > 0, number <= TransferRecord.lastNumber, String(number) == text else {
            return nil
        }
        return number
    }
}
