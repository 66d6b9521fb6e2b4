// What can be done to a bundle, one row each: what is done, in which forms it can be done, and which name must be in the message.

package import Spool

package struct Tampering: Sendable, CustomStringConvertible {
    package enum Form: String, Sendable, CaseIterable { case tar, folder }

    package let what: String
    /// Part of the message.
    package let expected: String
    package let forms: [Form]
    package let limits: TransferLimits
    package let act: @Sendable (inout Forge) -> Void

    package init(
        _ what: String, _ expected: String, in forms: [Form] = Form.allCases, limits: TransferLimits = TransferLimits(),
        _ act: @escaping @Sendable (inout Forge) -> Void
    ) {
        (self.what, self.expected, self.forms, self.limits, self.act) = (what, expected, forms, limits, act)
    }

    package var description: String { what }

    package static let all =
        flipped + lacking + tooMuch + tagFiles + manifests + entries + records + names + kinds + archives

    private static let tagNames = [
        "bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "transfer.json",
    ]

    static let flipped: [Tampering] =
        tagNames.map { name in
            Tampering("a flipped bit in \(name)", name) { $0.flip(name, at: 3) }
        } + [
            Tampering("a flipped bit in an envelope", Forge.first) { $0.flip(Forge.first, at: 40) },
            Tampering("a flipped bit in a payload", Forge.first) { $0.flip(Forge.first, at: -1) },
            Tampering("a flipped bit in the last payload, manifests put right", Forge.second) {
                $0.flip(Forge.second, at: -1)
                $0.seal()
            },
        ]

    static let lacking: [Tampering] =
        tagNames.map { name in Tampering("\(name) is missing", name) { $0.remove(name) } } + [
            Tampering("an entry is missing", Forge.second) { $0.remove(Forge.second) },
            Tampering("an entry is missing, manifests put right", Forge.second) {
                $0.remove(Forge.second)
                $0.seal()
            },
            Tampering("nothing at all", "bagit.txt") { $0.members = [] },
        ]

    /// The entry as it would be under another name.
    private static func third(_ entry: [UInt8]) -> [UInt8] {
        guard var envelope = try? Envelope(decoding: Array(entry.prefix(Envelope.size))) else {
            preconditionFailure("a bundle of ours has whole entries")
        }
        (envelope.id, envelope.webid) = ("joe-3", "3")
        return envelope.encoded() + entry.dropFirst(Envelope.size)
    }

    static let tooMuch: [Tampering] = [
        Tampering("an entry too many", "joe-3") { $0["data/outbox/joe-3.entry"] = $0[Forge.first] },
        Tampering("an entry too many, manifests put right", "joe-3") {
            $0["data/outbox/joe-3.entry"] = $0[Forge.first]
            $0.seal()
        },
        Tampering("a whole entry too many, manifests put right", "joe-3.entry: is not listed in transfer.json") {
            $0["data/outbox/joe-3.entry"] = third($0[Forge.first])
            $0.seal()
        },
        Tampering("a tag file that nobody knows", "notes.txt") { $0["notes.txt"] = [0x41] },
        Tampering("payload that is no entry", "data/run.sh") { $0["data/run.sh"] = [0x41] },
        Tampering("payload in a folder of its own", "data/outbox/x") { $0["data/outbox/x/joe-3.entry"] = [0x41] },
        Tampering("a queue that is none", "data/Outbox!") { $0["data/Outbox!/joe-3.entry"] = [0x41] },
        Tampering("an entry under another suffix", "joe-3.txt") { $0["data/outbox/joe-3.txt"] = [0x41] },
        Tampering("fetch.txt", "fetch.txt") { $0["fetch.txt"] = Array("http://example.org/x 1 data/x\n".utf8) },
        Tampering("a manifest by another algorithm", "manifest-md5.txt") { $0["manifest-md5.txt"] = [0x41] },
        Tampering("a hidden file", ".hidden") { $0[".hidden"] = [0x41] },
    ]

    static let tagFiles: [Tampering] = [
        Tampering("BagIt 0.97", "bagit.txt") {
            $0.replace("1.0", by: "0.97", in: "bagit.txt")
            $0.seal()
        },
        Tampering("tag files in UTF-16", "bagit.txt") {
            $0.replace("UTF-8", by: "UTF-16", in: "bagit.txt")
            $0.seal()
        },
        Tampering("a declaration of one line", "bagit.txt") {
            $0["bagit.txt"] = Array("BagIt-Version: 1.0\n".utf8)
            $0.seal()
        },
        Tampering("a byte order mark in bagit.txt", "bagit.txt") {
            $0["bagit.txt"] = [0xef, 0xbb, 0xbf] + $0["bagit.txt"]
            $0.seal()
        },
        Tampering("a byte order mark in bag-info.txt", "bag-info.txt") {
            $0["bag-info.txt"] = [0xef, 0xbb, 0xbf] + $0["bag-info.txt"]
            $0.seal(manifest: false)
        },
        Tampering("a line without a label", "bag-info.txt") {
            $0["bag-info.txt"] += Array("no label\n".utf8)
            $0.seal(manifest: false)
        },
        Tampering("a Payload-Oxum that is wrong", "Payload-Oxum") {
            $0.replace("Payload-Oxum: ", by: "Payload-Oxum: 1", in: "bag-info.txt")
            $0.seal(manifest: false)
        },
        Tampering("no Payload-Oxum", "Payload-Oxum") {
            $0.replace("Payload-Oxum", by: "Payload-Other", in: "bag-info.txt")
            $0.seal(manifest: false)
        },
        Tampering("Payload-Oxum twice", "Payload-Oxum") {
            $0["bag-info.txt"] += Array("payload-oxum: 1.1\n".utf8)
            $0.seal(manifest: false)
        },
        Tampering("another External-Identifier", "External-Identifier") {
            $0.replace("External-Identifier: ", by: "External-Identifier: x", in: "bag-info.txt")
            $0.seal(manifest: false)
        },
        Tampering("another Bag-Group-Identifier", "Bag-Group-Identifier") {
            $0.replace("Bag-Group-Identifier: ", by: "Bag-Group-Identifier: x", in: "bag-info.txt")
            $0.seal(manifest: false)
        },
    ]

    private static func manifest(
        _ what: String, _ expected: String, _ change: @escaping @Sendable (inout Forge) -> Void
    ) -> Tampering {
        Tampering(what, expected) {
            change(&$0)
            $0.seal(manifest: false)
        }
    }

    private static let digest = String(repeating: "a", count: 64)

    static let manifests: [Tampering] = [
        manifest("a line twice", Forge.first) { $0["manifest-sha256.txt"] += $0["manifest-sha256.txt"] },
        manifest("a line for an entry that is not there", "joe-3.entry") {
            $0["manifest-sha256.txt"] += Array("\(digest)  data/outbox/joe-3.entry\n".utf8)
        },
        manifest("a line is missing", Forge.first) {
            let lines = $0.text("manifest-sha256.txt").split(separator: "\n").dropFirst()
            $0["manifest-sha256.txt"] = Array((lines.joined(separator: "\n") + "\n").utf8)
        },
        manifest("another digest", Forge.first) {
            let rest = $0.text("manifest-sha256.txt").dropFirst(64)
            $0["manifest-sha256.txt"] = Array((digest + rest).utf8)
        },
        manifest("a short digest", "manifest-sha256.txt") {
            $0["manifest-sha256.txt"] = Array($0["manifest-sha256.txt"].dropFirst(8))
        },
        manifest("a digest that is none", "manifest-sha256.txt") {
            $0["manifest-sha256.txt"] = Array("z".utf8) + $0["manifest-sha256.txt"].dropFirst()
        },
        manifest("a path that leads out", "../../etc/passwd") {
            $0["manifest-sha256.txt"] += Array("\(digest)  data/../../etc/passwd\n".utf8)
        },
        manifest("an absolute path", "/etc/passwd") {
            $0["manifest-sha256.txt"] += Array("\(digest)  /etc/passwd\n".utf8)
        },
        manifest("a path that begins with ./", "./data") {
            $0.replace("  data/outbox/joe-1", by: "  ./data/outbox/joe-1", in: "manifest-sha256.txt")
        },
        manifest("a path of which something is escaped", "joe-1%2Eentry") {
            $0.replace("joe-1.entry", by: "joe-1%2Eentry", in: "manifest-sha256.txt")
        },
        manifest("a path with an escaped line end", "joe-1") {
            $0.replace("joe-1.entry", by: "joe-1.entry%0A", in: "manifest-sha256.txt")
        },
        manifest("a path between quotes", "joe-1") {
            $0.replace("data/outbox/joe-1.entry", by: "\"data/outbox/joe-1.entry\"", in: "manifest-sha256.txt")
        },
        manifest("bytes that are no UTF-8", "manifest-sha256.txt") { $0["manifest-sha256.txt"] += [0xff, 0x0a] },
        manifest("a NUL", "manifest-sha256.txt") { $0["manifest-sha256.txt"] += [0x00, 0x0a] },
        manifest("a byte order mark", "manifest-sha256.txt") {
            $0["manifest-sha256.txt"] = [0xef, 0xbb, 0xbf] + $0["manifest-sha256.txt"]
        },
        manifest("a tag file among the payload", "bagit.txt") {
            $0["manifest-sha256.txt"] += Array("\(digest)  bagit.txt\n".utf8)
        },
        Tampering("a tag file that the tag manifest does not list", "bag-info.txt") {
            let lines = $0.text("tagmanifest-sha256.txt").split(separator: "\n").filter {
                !$0.hasSuffix("bag-info.txt")
            }
            $0["tagmanifest-sha256.txt"] = Array((lines.joined(separator: "\n") + "\n").utf8)
        },
        Tampering("a tag manifest that lists more", "other.txt") {
            $0["tagmanifest-sha256.txt"] += Array("\(digest)  other.txt\n".utf8)
        },
        Tampering("a tag manifest that lists itself", "tagmanifest-sha256.txt") {
            $0["tagmanifest-sha256.txt"] += Array("\(digest)  tagmanifest-sha256.txt\n".utf8)
        },
        Tampering("an empty tag manifest", "bag-info.txt") { $0["tagmanifest-sha256.txt"] = [] },
    ]

    static let entries: [Tampering] = [
        Tampering("two entries that have changed places", Forge.first) {
            let first = $0[Forge.first]
            $0[Forge.first] = $0[Forge.second]
            $0[Forge.second] = first
            $0.seal()
        },
        Tampering("a report as an analysis", "data/inbox/joe-1.entry") {
            $0.change(Forge.first) { $0.name = "data/inbox/joe-1.entry" }
            $0.replace("\"queue\":\"outbox\"", by: "\"queue\":\"inbox\"", in: "transfer.json")
            $0.seal()
        },
        Tampering("a payload that is longer than its envelope says", "\(Forge.first): has 18 bytes of payload") {
            $0[Forge.first] += [0x20]
            $0.seal()
        },
        Tampering("a payload that is shorter than its envelope says", "\(Forge.first): has 16 bytes of payload") {
            $0[Forge.first].removeLast()
            $0.seal()
        },
        Tampering("an entry without a payload and half an envelope", Forge.first) {
            $0[Forge.first] = Array($0[Forge.first].prefix(500))
            $0.seal()
        },
        Tampering("an entry of no bytes", Forge.first) {
            $0[Forge.first] = []
            $0.seal()
        },
        Tampering("an envelope that was rewritten", Forge.first) {
            let text = String(decoding: $0[Forge.first].prefix(1024), as: UTF8.self)
            let parts = text.split(separator: "joe.example.org", omittingEmptySubsequences: false)
            $0[Forge.first] = Array(parts.joined(separator: "joe.example.com").utf8) + $0[Forge.first].dropFirst(1024)
            $0.seal()
        },
    ]
}
