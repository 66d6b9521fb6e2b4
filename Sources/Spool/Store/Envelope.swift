// The first 1,024 bytes of every entry: one JSON object padded with blanks, a newline as the last byte.
//
// It says what the entry is, and carries two digests: of the payload (`sha256`, "the digest") and of itself (`self`, taken
// with its own digits zeroed). So an entry can be checked alone, on any medium, by anybody with `sha256sum`. Every field is
// bounded, so that the object always fits.

import Crypto

package struct Envelope: Sendable, Equatable {
    package enum Kind: String, Sendable { case analysis, report }

    /// Bytes of the envelope in the file.
    package static let size = 1024

    /// Format version: 1.
    package private(set) var spool = 1
    package var id: String
    package var kind: Kind
    package var source: String
    package var webid: String
    package var analysisid: String?
    package var run: Int?
    /// Of the analysis, with offset, as the source said it.
    package var time: String?
    /// RFC 3339 with milliseconds.
    package var created: String
    /// Bytes and SHA-256 of the payload.
    package var bytes: Int
    package var sha256: String
    /// The site that it came from.
    package var origin: String
    /// Digest of the analysis that a report was made from.
    package var parent: String?
    /// Version of the program that wrote it.
    package var program: String

    private static let zeros = String(repeating: "0", count: 64)
    private static let selfKey = Array("\"self\":\"".utf8)

    package init(
        id: EntryID, kind: Kind, analysisid: String? = nil, run: Int? = nil, time: String? = nil, created: Timestamp,
        origin: String, parent: String? = nil, program: String
    ) {
        self.id = id.description
        self.kind = kind
        source = id.source
        webid = id.webid
        self.analysisid = analysisid.flatMap { EntryID.isWebid($0) ? $0 : nil }
        self.run = run.flatMap { (0...9999).contains($0) ? $0 : nil }
        self.time = time.flatMap(Self.boundedTime)
        self.created = created.rfc3339
        bytes = 0
        sha256 = Self.zeros
        self.origin = Self.bounded(origin, to: 200)
        self.parent = parent.flatMap { Self.isDigest($0) ? $0 : nil }
        self.program = Self.bounded(program, to: 32)
    }

    /// The 1,024 bytes.
    package func encoded() -> [UInt8] {
        let json = json
        precondition(json.count < Self.size, "an envelope is bounded to less than \(Self.size) bytes")
        var block = json + [UInt8](repeating: 0x20, count: Self.size - 1 - json.count) + [0x0a]
        if let range = Self.selfDigits(in: block) {
            block.replaceSubrange(range, with: Self.hex(SHA256.hash(data: block)).utf8)
        }
        return block
    }

    /// In the order of the names; its digest of itself as noughts.
    private var json: [UInt8] {
        var writer = JSONWriter()
        writer.object {
            if let analysisid { $0.member("analysisid", analysisid) }
            $0.member("bytes", bytes)
            $0.member("created", created)
            $0.member("id", id)
            $0.member("kind", kind.rawValue)
            $0.member("origin", origin)
            if let parent { $0.member("parent", parent) }
            $0.member("program", program)
            if let run { $0.member("run", run) }
            $0.member("self", Self.zeros)
            $0.member("sha256", sha256)
            $0.member("source", source)
            $0.member("spool", spool)
            if let time { $0.member("time", time) }
            $0.member("webid", webid)
        }
        return writer.bytes
    }

    /// Members that we do not know are passed over.
    private init(_ record: JSONRecord) throws(JSONRecord.Mismatch) {
        guard let kind = Kind(rawValue: try record.text("kind")) else { throw JSONRecord.Mismatch() }
        self.kind = kind
        spool = try record.number("spool")
        id = try record.text("id")
        source = try record.text("source")
        webid = try record.text("webid")
        analysisid = try record.optionalText("analysisid")
        run = try record.optionalNumber("run")
        time = try record.optionalText("time")
        created = try record.text("created")
        bytes = try record.number("bytes")
        sha256 = try record.text("sha256")
        origin = try record.text("origin")
        parent = try record.optionalText("parent")
        program = try record.text("program")
    }

    /// Reads and checks the first bytes of an entry.
    package init(decoding block: [UInt8]) throws(StoreError) {
        guard block.count == Self.size, block.last == 0x0a else {
            throw StoreError(.damaged, "the envelope is cut short (\(block.count) of \(Self.size) bytes)")
        }
        guard let digits = Self.selfDigits(in: block) else {
            throw StoreError(.damaged, "the envelope has no digest of itself")
        }
        let stated = String(decoding: block[digits], as: UTF8.self)
        var zeroed = block
        zeroed.replaceSubrange(digits, with: Self.zeros.utf8)
        guard Self.hex(SHA256.hash(data: zeroed)) == stated else {
            throw StoreError(.damaged, "the envelope is not what was written: its digest does not match")
        }
        do {
            self = try Envelope(JSONRecord(parsing: block))
        } catch {
            throw StoreError(.damaged, "the envelope is no JSON object with the expected members")
        }
        guard spool == 1 else {
            throw StoreError(.format, "the entry is of format \(spool); this program reads format 1")
        }
        guard isWithinBounds else {
            throw StoreError(.damaged, "the envelope contradicts itself, or a member is out of its bounds")
        }
    }

    /// Whether every member is one that `init` would have made: a digest only says that the bytes are as somebody wrote
    /// them, and not that it was us.
    private var isWithinBounds: Bool {
        bytes >= 0 && Self.isDigest(sha256) && EntryID(source: source, webid: webid)?.description == id
            && analysisid.map(EntryID.isWebid) ?? true && run.map { (0...9999).contains($0) } ?? true
            && time.map { Self.boundedTime($0) == $0 } ?? true && Timestamp(rfc3339: created) != nil
            && origin == Self.bounded(origin, to: 200) && parent.map(Self.isDigest) ?? true
            && program == Self.bounded(program, to: 32)
    }

    /// Where the 64 digits of `self` stand. The key cannot occur inside a string, where its quotes would be escaped.
    private static func selfDigits(in block: [UInt8]) -> Range<Int>? {
        var start = 0
        while start + selfKey.count + 64 <= block.count {
            if block[start] == selfKey[0], block[start..<(start + selfKey.count)].elementsEqual(selfKey) {
                let digits = (start + selfKey.count)..<(start + selfKey.count + 64)
                return isDigest(String(decoding: block[digits], as: UTF8.self)) ? digits : nil
            }
            start += 1
        }
        return nil
    }

    package static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    package static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Printable ASCII without quotes and backslashes, so that JSON never makes it longer.
    private static func bounded(_ text: String, to limit: Int) -> String {
        let kept = text.utf8.lazy.filter { (0x20...0x7e).contains($0) && $0 != 0x22 && $0 != 0x5c }.prefix(limit)
        return String(decoding: Array(kept), as: UTF8.self)
    }

    private static func boundedTime(_ text: String) -> String? {
        let kept = bounded(text, to: 40)
        return kept == text && !kept.isEmpty ? kept : nil
    }
}
