// Lies in `transfer.json`, names, kinds of members, and archives as such.

import Spool

extension Tampering {
    private static func record(_ what: String, _ old: String, _ new: String, _ expected: String = "transfer.json")
        -> Tampering
    {
        Tampering(what, expected) {
            $0.replace(old, by: new, in: "transfer.json")
            $0.seal()
        }
    }

    static let records: [Tampering] = [
        record("a number that is not the bag's", "\"number\":1,", "\"number\":2,", "External-Identifier"),
        record("the number 0", "\"number\":1,", "\"number\":0,"),
        record("a number that is too large", "\"number\":1,", "\"number\":9999999999999999,"),
        record("another stream", "\"destination\":\"peer\"", "\"destination\":\"poor\"", "External-Identifier"),
        record("a destination that is a path", "\"destination\":\"peer\"", "\"destination\":\"../x\""),
        record("a newer format", "\"transfer\":1", "\"transfer\":2", "format 2; this program reads up to 1"),
        record("format 0", "\"transfer\":1", "\"transfer\":0"),
        record("a time that is none", "\"created\":\"2", "\"created\":\"x"),
        record("void numbers the wrong way round", "\"void\":[]", "\"void\":[[3,2]]"),
        record("void numbers in the future", "\"void\":[]", "\"void\":[[1,1]]"),
        record(
            "a past in the future", "\"history\":[]",
            "\"history\":[{\"number\":7,\"digest\":\"\(String(repeating: "a", count: 64))\"}]"),
        record("a negative size", "\"bytes\":", "\"bytes\":-"),
        record("a size that is another", "\"bytes\":", "\"bytes\":1", Forge.first),
        record("an item of another name", "\"id\":\"joe-2\"", "\"id\":\"joe-3\"", "joe-3"),
        record("an item twice", "\"id\":\"joe-2\"", "\"id\":\"joe-1\"", "joe-1"),
        Tampering("an item twice, beside the others", "lists outbox/joe-1 twice") {
            let text = $0.text("transfer.json")
            let parts = text.split(separator: "\"items\":[", omittingEmptySubsequences: false).map(String.init)
            let first = parts[1].prefix { $0 != "}" } + "}"
            $0["transfer.json"] = Array("\(parts[0])\"items\":[\(first),\(parts[1])".utf8)
            $0.seal()
        },
        record("a name that is a path", "\"id\":\"joe-2\"", "\"id\":\"../joe-2\""),
        record("a state that nothing comes from", "\"from\":\"ready\"", "\"from\":\"done\""),
        Tampering("a record that is no JSON", "transfer.json") {
            $0["transfer.json"] = Array("no".utf8)
            $0.seal()
        },
        Tampering("a record without its items", "transfer.json") {
            $0["transfer.json"] = Array("{\"transfer\":1}".utf8)
            $0.seal()
        },
        Tampering("an item's digest is another", Forge.first) {
            $0.replace("\"digest\":\"", by: "\"digest\":\"\(String(repeating: "b", count: 8))", in: "transfer.json")
            let text = $0.text("transfer.json")
            // Cut back to 64 digits each.
            let parts = text.split(separator: "bbbbbbbb", omittingEmptySubsequences: false).map(String.init)
            $0["transfer.json"] = Array(
                (parts[0] + parts.dropFirst().map { "bbbbbbbb" + $0.prefix(56) + $0.dropFirst(64) }.joined()).utf8)
            $0.seal()
        },
    ]

    private static func extra(
        _ name: String, kind: Character = "0", link: String = "", rootless: Bool = false, pax: String? = nil
    ) -> Forge.Member {
        Forge.Member(
            name: name, bytes: kind == "0" ? [0x41] : [], kind: kind.asciiValue ?? 0, link: link, isRootless: rootless,
            pax: pax)
    }

    private static func added(
        _ what: String, _ expected: String, in forms: [Form] = [.tar], _ member: Forge.Member
    ) -> Tampering {
        Tampering(what, expected, in: forms) { $0.members.append(member) }
    }

    static let names: [Tampering] = [
        added("a name that leads out", "..", extra("../evil")),
        added("a name that leads out by a detour", "..", extra("data/outbox/../../../evil")),
        added("an absolute name", "/canary/evil", extra("/canary/evil", rootless: true)),
        added("a name that begins with ./", "./", extra("./\(Forge.root)/data/outbox/joe-3.entry", rootless: true)),
        added("a name with ./ in it", "data/./outbox", extra("data/./outbox/joe-3.entry")),
        added("a name with //", "data//outbox", extra("data//outbox/joe-3.entry")),
        added("a name with backslashes", "data\\outbox", in: [.tar, .folder], extra("data\\outbox\\joe-3.entry")),
        Tampering("a name with a NUL in it", "joe-3", in: [.tar]) {
            var member = extra("data/outbox/joe-3.entry")
            member.header = { $0.replaceSubrange(40..<44, with: Array("evil".utf8)) }
            $0.members.append(member)
        },
        added("a name in capitals", "JOE-1", in: [.tar, .folder], extra("data/outbox/JOE-1.entry")),
        added("a tag file in capitals", "BAGIT.TXT", in: [.tar, .folder], extra("BAGIT.TXT")),
        Tampering("two names that differ in case only", "joe-A.entry") {
            $0["data/outbox/joe-a.entry"] = [0x41]
            $0["data/outbox/joe-A.entry"] = [0x41]
        },
        added("a composed letter", "joe-\u{e9}", in: [.tar, .folder], extra("data/outbox/joe-\u{e9}.entry")),
        added("a decomposed letter", "joe-e\u{301}", in: [.tar, .folder], extra("data/outbox/joe-e\u{301}.entry")),
        added("a blank at the end of a name", "joe-3.entry ", in: [.tar, .folder], extra("data/outbox/joe-3.entry ")),
        added("a line end in a name", "joe-3", in: [.tar, .folder], extra("data/outbox/joe-3\n.entry")),
        added(
            "a name that is too long", "a name of",
            extra(
                "x",
                pax: Forge.record(
                    "path", "\(Forge.root)/data/outbox/joe-\(String(repeating: "1", count: 300)).entry"))),
        added(
            "a webid that is too long", "joe-1111", in: [.tar, .folder],
            extra(
                "data/outbox/joe-\(String(repeating: "1", count: 65)).entry")),
        added("a second folder", "elsewhere", extra("elsewhere/bagit.txt", rootless: true)),
        added("a file beside the folder", "beside", extra("beside", rootless: true)),
        Tampering("a file called like the folder", "lies beside the bundle's folder", in: [.tar]) {
            $0.members.insert(extra(Forge.root, rootless: true), at: 0)
        },
        Tampering("a member twice", "\(Forge.first): is there twice", in: [.tar]) { $0.members.append($0.members[2]) },
        Tampering("a tag file twice", "bagit.txt", in: [.tar]) { forge in
            forge.members.append(Forge.Member(name: "bagit.txt", bytes: forge["bagit.txt"]))
        },
    ]

    static let kinds: [Tampering] = [
        added(
            "a symbolic link", "joe-3", in: [.tar, .folder],
            extra("data/outbox/joe-3.entry", kind: "2", link: "/etc/passwd")),
        Tampering("a symbolic link in place of an entry", "joe-1") {
            $0.change(Forge.first) { ($0.kind, $0.link, $0.bytes) = (UInt8(ascii: "2"), "joe-2.entry", []) }
        },
        Tampering("a symbolic link in place of a folder", "data") { forge in
            forge.members.removeAll { $0.name.hasPrefix("data/") }
            forge.members.append(extra("data", kind: "2", link: "/"))
        },
        added("a hard link", "joe-3", in: [.tar], extra("data/outbox/joe-3.entry", kind: "1", link: Forge.first)),
        Tampering("a hard link between two entries", ".entry: a hard link", in: [.folder]) {
            $0.members.append(extra("data/outbox/joe-3.entry", kind: "1", link: Forge.first))
        },
        added("a character device", "joe-3", extra("data/outbox/joe-3.entry", kind: "3")),
        added("a block device", "joe-3", extra("data/outbox/joe-3.entry", kind: "4")),
        added("a FIFO", "joe-3", in: [.tar, .folder], extra("data/outbox/joe-3.entry", kind: "6")),
        added("a sparse file", "sparse", extra("data/outbox/joe-3.entry", kind: "S")),
        added("a long name of GNU's", "GNU", extra("x", kind: "L")),
        added("a long link of GNU's", "GNU", extra("x", kind: "K")),
        added("a pax header for all", "pax", extra("x", kind: "g")),
        added("a contiguous file", "type 55", extra("data/outbox/joe-3.entry", kind: "7")),
        added("a volume label", "type 86", extra("x", kind: "V")),
        added(
            "a folder that is no bundle's", "data/outbox/more", in: [.tar, .folder],
            extra("data/outbox/more", kind: "5")),
        Tampering("a folder with contents of its own", "contents of its own", in: [.tar]) {
            var folder = extra("data/", kind: "5")
            folder.bytes = [0x41]
            $0.members.insert(folder, at: 0)
        },
        added("a folder where a file should be", "bagit.txt", extra("bagit.txt", kind: "5")),
        Tampering("a file where a folder should be", "data") { forge in
            forge.members.removeAll { $0.name.hasPrefix("data/") }
            forge["data"] = [0x41]
        },
        added(
            "a sparse file of pax", "GNU.sparse.size",
            extra("data/outbox/joe-3.entry", pax: Forge.record("GNU.sparse.size", "1"))),
        added(
            "a link of pax", "linkpath", extra("data/outbox/joe-3.entry", pax: Forge.record("linkpath", "/etc/passwd"))),
        added(
            "a pax header that is too long", "a pax header of 5",
            extra("x", pax: Forge.record("path", "\(Forge.root)/data/outbox/\(String(repeating: "1", count: 5000))"))),
        added("a pax header with a wrong length", "pax", extra("data/outbox/joe-3.entry", pax: "99 path=x\n")),
        added("a pax path that leads out", "..", extra("x", pax: Forge.record("path", "\(Forge.root)/../evil"))),
        added("a pax size that is negative", "size", extra("data/outbox/joe-3.entry", pax: Forge.record("size", "-1"))),
        added(
            "a pax size twice", "size",
            extra(
                "data/outbox/joe-3.entry", pax: Forge.record("size", "1") + Forge.record("size", "1"))),
    ]

    static let archives: [Tampering] = [
        Tampering("a header that is damaged", "checksum", in: [.tar]) { $0.finish = { $0[10] ^= 1 } },
        Tampering("a size that is too small", "", in: [.tar]) { $0.change(Forge.first) { $0.size = 100 } },
        Tampering("a size that is too large", "", in: [.tar]) {
            $0.change(Forge.first) { $0.size = $0.bytes.count + 512 }
        },
        Tampering("a size that is larger than the archive", "", in: [.tar]) {
            $0.change(Forge.second) { $0.size = 100_000 }
        },
        Tampering("a size in GNU's base 256", "size", in: [.tar]) {
            $0.change(Forge.first) { $0.header = { $0[124] = 0x80 } }
        },
        Tampering("a size of GNU's that is negative", "size", in: [.tar]) {
            $0.change(Forge.first) {
                $0.header = { $0.replaceSubrange(124..<136, with: repeatElement(0xff, count: 12)) }
            }
        },
        Tampering("a link's name in a file's header", "link", in: [.tar]) {
            $0.change(Forge.first) { $0.link = "/etc/passwd" }
        },
        Tampering("an archive of GNU's form", "ustar", in: [.tar]) {
            $0.change("bag-info.txt") { $0.header = { $0.replaceSubrange(257..<265, with: Array("ustar  \0".utf8)) } }
        },
        Tampering("bytes in the padding", "more bytes", in: [.tar]) {
            $0.finish = { $0[$0.count - 1024 - 1] = 1 }
        },
        Tampering("bytes behind the end", "behind the end", in: [.tar]) { $0.finish = { $0 += Array("more".utf8) } },
        Tampering("a second archive behind the end", "behind the end", in: [.tar]) { $0.finish = { $0 += $0 } },
        Tampering("no end", "end", in: [.tar]) { $0.finish = { $0.removeLast(1024) } },
        Tampering("half an end", "end", in: [.tar]) { $0.finish = { $0.removeLast(512) } },
        Tampering("a block of zeros in the middle", "zeros", in: [.tar]) {
            $0.finish = { $0.insert(contentsOf: [UInt8](repeating: 0, count: 512), at: 0) }
        },
        Tampering("more entries than are taken", "max_entries", limits: TransferLimits(entries: 1)) { _ in },
        Tampering("more bytes than are taken", "max_bundle_bytes", limits: TransferLimits(bytes: 1000)) { _ in },
        Tampering("a size that would fill any disk", "max_bundle_bytes", in: [.tar]) {
            $0.change(Forge.first) { $0.pax = Forge.record("size", "1125899906842624") }
        },
        Tampering("a tag file that would fill the memory", "bag-info.txt", in: [.tar]) {
            $0.change("bag-info.txt") { $0.pax = Forge.record("size", "1125899906842624") }
        },
    ]
}
