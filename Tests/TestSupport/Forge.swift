// A bundle taken apart, to be put together wrongly: files by name, and for archives the headers as well. Its tar is written by
// hand here, so that what reads it is not tested with itself.

import Crypto
import Glibc
import Spool
package import SystemPackage

package struct Forge: Sendable {
    package struct Member: Sendable {
        package var name: String
        package var bytes: [UInt8] = []
        /// As in a tar header.
        package var kind = UInt8(ascii: "0")
        package var link = ""
        /// In place of the true size.
        package var size: Int?
        /// Does not lie in the bundle's folder.
        package var isRootless = false
        /// Records of a pax header in front of it.
        package var pax: String?
        /// Done to the header before its checksum is made.
        package var header: (@Sendable (inout [UInt8]) -> Void)?

        package init(
            name: String, bytes: [UInt8] = [], kind: UInt8 = UInt8(ascii: "0"), link: String = "",
            isRootless: Bool = false, pax: String? = nil
        ) {
            (self.name, self.bytes, self.kind, self.link) = (name, bytes, kind, link)
            (self.isRootless, self.pax) = (isRootless, pax)
        }
    }

    package static let first = "data/outbox/joe-1.entry"
    package static let second = "data/outbox/joe-2.entry"
    package static let root = "forged"

    package var members: [Member]
    /// Done to the archive as a whole.
    package var finish: (@Sendable (inout [UInt8]) -> Void)?

    /// Of a bundle in a folder, in the order in which archives have them.
    package init(_ bundle: FilePath) throws {
        var members: [Member] = []
        func collect(_ folder: FilePath, _ prefix: String) throws {
            for (name, status) in try Folder.contents(folder).sorted(by: { $0.name < $1.name }) {
                let path = folder.appending(name)
                if status.kind == .directory {
                    try collect(path, "\(prefix)\(name)/")
                } else {
                    members.append(Member(name: prefix + name, bytes: try WholeFile.read(path) ?? []))
                }
            }
        }
        try collect(bundle, "")
        self.members = members
    }

    package subscript(name: String) -> [UInt8] {
        get { members.first { $0.name == name }?.bytes ?? [] }
        set {
            if let index = members.firstIndex(where: { $0.name == name }) {
                members[index].bytes = newValue
            } else {
                members.append(Member(name: name, bytes: newValue))
            }
        }
    }

    package func text(_ name: String) -> String { String(decoding: self[name], as: UTF8.self) }

    package mutating func replace(_ old: String, by new: String, in name: String) {
        let parts = text(name).split(separator: old, omittingEmptySubsequences: false)
        precondition(parts.count > 1, "\(name) has no '\(old)'")
        self[name] = Array(parts.joined(separator: new).utf8)
    }

    package mutating func remove(_ name: String) { members.removeAll { $0.name == name } }

    package mutating func change(_ name: String, _ body: (inout Member) -> Void) {
        for index in members.indices where members[index].name == name { body(&members[index]) }
    }

    package mutating func flip(_ name: String, at offset: Int) {
        change(name) { $0.bytes[offset < 0 ? $0.bytes.count + offset : offset] ^= 1 }
    }

    private static func digest(_ bytes: [UInt8]) -> String { Envelope.hex(SHA256.hash(data: bytes)) }

    /// Manifests and counts so that everything looks right again, however wrong it is.
    package mutating func seal(manifest: Bool = true) {
        let payload = members.filter { $0.name.hasPrefix("data/") && $0.kind == UInt8(ascii: "0") }
        if manifest {
            self["manifest-sha256.txt"] = Array(
                payload.map { "\(Self.digest($0.bytes))  \($0.name)\n" }.joined().utf8)
            let oxum = "Payload-Oxum: \(payload.reduce(0) { $0 + $1.bytes.count }).\(payload.count)"
            let lines = text("bag-info.txt").split(separator: "\n").map {
                $0.hasPrefix("Payload-Oxum") ? oxum : String($0)
            }
            self["bag-info.txt"] = Array((lines.joined(separator: "\n") + "\n").utf8)
        }
        let listed = ["bag-info.txt", "bagit.txt", "manifest-sha256.txt", "transfer.json"]
        let tags = listed.filter { name in members.contains { $0.name == name } }
        self["tagmanifest-sha256.txt"] = Array(tags.map { "\(Self.digest(self[$0]))  \($0)\n" }.joined().utf8)
    }

    // MARK: Putting it together

    package func tar() -> [UInt8] {
        var bytes: [UInt8] = []
        for member in members {
            if let pax = member.pax {
                let records = Array(pax.utf8)
                bytes +=
                    Self.header(Member(name: "pax", bytes: records, kind: UInt8(ascii: "x"))) + Self.padded(records)
            }
            bytes += Self.header(member) + Self.padded(member.bytes)
        }
        bytes += [UInt8](repeating: 0, count: 1024)
        finish?(&bytes)
        return bytes
    }

    private static func padded(_ bytes: [UInt8]) -> [UInt8] {
        bytes + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    /// `<length> <key>=<value>\n`
    package static func record(_ key: String, _ value: String) -> String {
        var length = key.utf8.count + value.utf8.count + 4
        while "\(length) \(key)=\(value)\n".utf8.count != length { length += 1 }
        return "\(length) \(key)=\(value)\n"
    }

    private static func header(_ member: Member) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, _ offset: Int, _ width: Int) {
            for (index, byte) in text.utf8.prefix(width).enumerated() { block[offset + index] = byte }
        }
        func octal(_ value: Int, _ width: Int) -> String {
            let digits = String(value, radix: 8)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        put(member.isRootless ? member.name : "\(root)/\(member.name)", 0, 100)
        put("0000600", 100, 7)
        put("0000000", 108, 7)
        put("0000000", 116, 7)
        put(octal(member.size ?? member.bytes.count, 11), 124, 11)
        put("00000000000", 136, 11)
        block[156] = member.kind
        put(member.link, 157, 100)
        put("ustar", 257, 5)
        put("00", 263, 2)
        member.header?(&block)
        let sum = block.indices.reduce(0) { $0 + ((148..<156).contains($1) ? 0x20 : Int(block[$1])) }
        put(octal(sum, 6), 148, 6)
        block[154] = 0
        block[155] = 0x20
        return block
    }

    package func folder(at path: FilePath) throws {
        try Kernel.makeDirectory(path)
        for member in members {
            let file = path.pushing(FilePath(member.name))
            var missing: [FilePath] = []
            var folder = file.removingLastComponent()
            while folder != path, try Kernel.status(folder) == nil {
                missing.append(folder)
                folder.removeLastComponent()
            }
            for folder in missing.reversed() { try Kernel.makeDirectory(folder) }
            switch member.kind {
            case UInt8(ascii: "2"): _ = symlink(member.link, file.string)
            case UInt8(ascii: "1"): _ = link(path.pushing(FilePath(member.link)).string, file.string)
            case UInt8(ascii: "5"): try Kernel.makeDirectory(file)
            case UInt8(ascii: "6"): _ = mkfifo(file.string, 0o600)
            default: try OpenFile(file, .create).write(member.bytes)
            }
        }
    }
}
