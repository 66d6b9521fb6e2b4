// `transfer.json`: what a bundle is, in the words of the two spools. The signature covers it by way of the tag manifest.

import Crypto
import FoundationEssentials

/// From which spool to which named destination; bundles are numbered within it.
package struct TransferStream: Sendable, Hashable, Decodable, Comparable, CustomStringConvertible {
    /// The id of the spool that exports.
    package let spool: String
    /// `[a-z0-9-]{1,32}`, no hyphen at its ends.
    package let destination: String

    package init?(spool: String, destination: String) {
        guard EntryID.isWebid(spool), Self.isDestination(destination) else { return nil }
        self.spool = spool
        self.destination = destination
    }

    package static func isDestination(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && !text.hasPrefix("-") && !text.hasSuffix("-")
            && text.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }

    package var description: String { "\(spool)/\(destination)" }

    /// What a bundle is called where nobody says otherwise, and the folder in its archive: `cloud-6f0c2a1b-000042`.
    package func bundleName(_ number: Int) -> String { "\(destination)-\(spool.prefix(8))-\(Self.padded(number))" }

    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }

    package static func < (left: TransferStream, right: TransferStream) -> Bool { left.description < right.description }
}

package struct TransferItem: Sendable, Equatable, Decodable {
    package let queue: String
    package let id: String
    /// SHA-256 of the payload, as in the envelope.
    package let digest: String
    /// Of the payload.
    package let bytes: Int
    /// `ready`: never claimed before it was exported. `deferred`: it may have been worked on, or sent.
    package let from: String

    package init(_ ref: EntryRef, _ envelope: Envelope, from state: EntryState) {
        queue = ref.queue.description
        id = ref.id.description
        digest = envelope.sha256
        bytes = envelope.bytes
        from = (state == .ready ? EntryState.ready : .deferred).rawValue
    }

    /// nil if the names are none of ours.
    package var ref: EntryRef? {
        guard let queue = QueueName(queue), let id = EntryID(id) else { return nil }
        return EntryRef(queue, id)
    }

    fileprivate func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("bytes", bytes)
            $0.member("digest", digest)
            $0.member("from", from)
            $0.member("id", id)
            $0.member("queue", queue)
        }
    }

    package var isFresh: Bool { from == EntryState.ready.rawValue }
}

package struct TransferRecord: Sendable, Equatable, Decodable {
    /// The newest format that this program writes and reads.
    package static let format = 1

    /// A bundle of the same stream, by number and digest (SHA-256 of its tag manifest).
    package struct Past: Sendable, Equatable, Decodable {
        package let number: Int
        package let digest: String

        package init(number: Int, digest: String) {
            self.number = number
            self.digest = digest
        }

        fileprivate func write(to writer: inout JSONWriter) {
            writer.object {
                $0.member("digest", digest)
                $0.member("number", number)
            }
        }
    }

    /// Format version.
    package private(set) var transfer = Self.format
    package let stream: TransferStream
    package let number: Int
    /// RFC 3339 with milliseconds.
    package let created: String
    package let program: String
    package let items: [TransferItem]
    /// The last bundles before this one, oldest first.
    package let history: [Past]
    /// Numbers that were begun and never completed, as pairs of first and last.
    package let void: [[Int]]

    package init(
        stream: TransferStream, number: Int, created: String, program: String, items: [TransferItem], history: [Past],
        void: [[Int]]
    ) {
        self.stream = stream
        self.number = number
        self.created = created
        self.program = program
        self.items = items
        self.history = history
        self.void = void
    }

    /// In the order of the names, so that the same record gives the same bytes.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.object {
            $0.member("created", created)
            $0.name("history")
            $0.array { for past in history { past.write(to: &$0) } }
            $0.name("items")
            $0.array { for item in items { item.write(to: &$0) } }
            $0.member("number", number)
            $0.member("program", program)
            $0.name("stream")
            $0.object {
                $0.member("destination", stream.destination)
                $0.member("spool", stream.spool)
            }
            $0.member("transfer", transfer)
            $0.name("void")
            $0.array { for range in void { $0.array { for number in range { $0.number(number) } } } }
        }
        return writer.bytes + [0x0a]
    }

    package init(decoding bytes: [UInt8]) throws(TransferError) {
        let data = Data(bytes)
        do {
            self = try JSONDecoder().decode(TransferRecord.self, from: data)
        } catch {
            throw Self.refusal(data)
        }
        guard transfer <= Self.format else { throw Self.refusal(data) }
        guard isWithinBounds else { throw .refused("transfer.json: a member is out of its bounds") }
    }

    /// Why these bytes are no record that we read: the version tells first, since a newer one may have other members.
    private static func refusal(_ data: Data) -> TransferError {
        struct Version: Decodable { let transfer: Int }
        guard let version = try? JSONDecoder().decode(Version.self, from: data) else {
            return .refused("transfer.json: is no JSON object with a format version")
        }
        guard version.transfer <= format else {
            return .refused(
                "transfer.json: the bundle is of format \(version.transfer); this program reads up to \(format):"
                    + " use a newer spoolctl")
        }
        return .refused("transfer.json: lacks a member of format \(version.transfer), or has one of another kind")
    }

    /// No stream comes so far; and no file has more bytes.
    static let lastNumber = 1 << 50

    private var isWithinBounds: Bool {
        let last = Self.lastNumber
        return transfer >= 1 && TransferStream(spool: stream.spool, destination: stream.destination) != nil
            && (1...last).contains(number) && Timestamp(rfc3339: created) != nil && program.utf8.count <= 64
            && items.allSatisfy {
                $0.ref != nil && Envelope.isDigest($0.digest) && $0.bytes >= 0 && $0.bytes <= last
                    && ($0.isFresh || $0.from == EntryState.deferred.rawValue)
            }
            && history.allSatisfy { (1..<number).contains($0.number) && Envelope.isDigest($0.digest) }
            && void.allSatisfy { $0.count == 2 && $0[0] >= 1 && $0[0] <= $0[1] && $0[1] < number }
    }
}

/// A record as it is written, beside the log and into the bundle.
struct WrittenRecord: Sendable {
    let record: TransferRecord
    let bytes: [UInt8]
    /// SHA-256 of the bytes.
    let digest: String

    init(_ record: TransferRecord) {
        self.record = record
        bytes = record.encoded()
        digest = Envelope.hex(SHA256.hash(data: bytes))
    }
}
