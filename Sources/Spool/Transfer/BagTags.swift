// The two tag files that say that this is a bag, and which (RFC 8493, 2.1.1 and 2.2.2).

/// `bagit.txt`: always these two lines.
enum BagDeclaration {
    static let encoded = Array("BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n".utf8)

    static func check(_ bytes: [UInt8]) throws(TransferError) {
        let lines = try TagText.lines(bytes, of: .bagit)
        guard lines.count == 2, lines[0].hasPrefix("BagIt-Version: ") else {
            throw .refused("bagit.txt: does not declare a bag in its two lines")
        }
        let version = lines[0].dropFirst("BagIt-Version: ".count)
        guard version == "1.0" else {
            throw .refused("bagit.txt: the bag is of BagIt \(version); this program reads BagIt 1.0")
        }
        guard lines[1].lowercased() == "tag-file-character-encoding: utf-8" else {
            throw .refused("bagit.txt: the tag files are not said to be UTF-8")
        }
    }
}

/// `bag-info.txt`: labels and values for whoever finds the bag.
package struct BagInfo: Sendable, Equatable {
    package var fields: [(label: String, value: String)] = []

    package static func == (left: BagInfo, right: BagInfo) -> Bool { left.encoded() == right.encoded() }

    package init() {}

    /// Whatever can be known before and after the payload is written.
    init(_ record: TransferRecord, payload: PayloadSum) {
        fields = [
            ("Bag-Software-Agent", "spoolctl \(record.program)"),
            ("Bagging-Date", String(record.created.prefix(10))),
            ("Bag-Size", Self.size(payload.bytes)),
            ("Payload-Oxum", payload.oxum),
            ("External-Identifier", "\(record.stream)/\(record.number)"),
            ("External-Description", "Entries of a spool, for 'spoolctl import'"),
            ("Bag-Group-Identifier", record.stream.description),
            ("Bag-Count", "\(record.number) of ?"),
        ]
    }

    package init(parsing bytes: [UInt8]) throws(TransferError) {
        for (index, line) in try TagText.lines(bytes, of: .info).enumerated() {
            if let first = line.utf8.first, first == 0x20 || first == 0x09, let last = fields.indices.last {
                fields[last].value += " " + line.drop { $0 == " " || $0 == "\t" }
                continue
            }
            guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else {
                throw .refused("bag-info.txt: line \(index + 1) is not 'Label: value'")
            }
            fields.append((String(line[..<colon]), String(line[line.index(after: colon)...].drop { $0 == " " })))
        }
    }

    /// Of a label that may stand once.
    package func value(_ label: String) throws(TransferError) -> String? {
        let found = fields.filter { $0.label.lowercased() == label.lowercased() }
        guard found.count <= 1 else { throw .refused("bag-info.txt: has \(label) twice") }
        return found.first?.value
    }

    package func encoded() -> [UInt8] { fields.flatMap { Array("\($0.label): \($0.value)\n".utf8) } }

    /// `1.2 MB`
    private static func size(_ bytes: Int) -> String {
        var (tenths, unit) = (bytes, "B")
        for name in ["kB", "MB", "GB", "TB"] where tenths >= (unit == "B" ? 1000 : 10_000) {
            tenths /= unit == "B" ? 100 : 1000
            unit = name
        }
        return unit == "B" ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(unit)"
    }
}

/// Bytes and files of payload: `Payload-Oxum`.
package struct PayloadSum: Sendable, Equatable {
    package var bytes = 0
    package var files = 0

    package var oxum: String { "\(bytes).\(files)" }
}
