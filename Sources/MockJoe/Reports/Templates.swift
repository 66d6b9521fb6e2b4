// The stock of templates that bulk is stamped from: sixteen of each kind, in both forms, drawn from the server's
// seed once.
//
// They are written by the same functions as the first elements of each list, with marks where digits change: ` a
// lower-case hexadecimal digit, ^ an upper-case one, | a decimal one. A last text is as long as it takes to make
// each template of a kind equally long in the fixed form; the hints of the raw form then add the same to each.

struct Templates: Sendable {
    static let variants = 16

    private var stock: [[Template]] = []

    init(seed: UInt64) {
        for kind in Bulk.Kind.allCases {
            for isRaw in [false, true] {
                stock.append((0..<Templates.variants).map { Templates.make(kind, $0, isRaw: isRaw, seed: seed) })
            }
        }
    }

    func of(_ kind: Bulk.Kind, isRaw: Bool) -> [Template] { stock[kind.rawValue * 2 + (isRaw ? 1 : 0)] }

    /// Bytes of one element in this form.
    func length(_ kind: Bulk.Kind, isRaw: Bool) -> Int { of(kind, isRaw: isRaw)[0].bytes.count }

    private static func make(_ kind: Bulk.Kind, _ variant: Int, isRaw: Bool, seed: UInt64) -> Template {
        let number = UInt64(kind.rawValue * 1000 + variant)
        let shortest = element(kind, isRaw: false, filler: "x", Dice(seed, .templates, number))
        precondition(shortest.count <= kind.length, "a template is longer than its kind")
        var dice = Dice(seed, .templates, number + 500)
        let filler = dice.text(
            kind.length - shortest.count + 1, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789. ")
        return template(element(kind, isRaw: isRaw, filler: filler, Dice(seed, .templates, number)))
    }

    private static func element(_ kind: Bulk.Kind, isRaw: Bool, filler: String, _ dice: Dice) -> [UInt8] {
        var dice = dice
        var writer = ReportWriter(isRaw: isRaw)
        writer.bytes.append(UInt8(ascii: ","))
        writer.object { writer in
            switch kind {
            case .process: process(&writer, filler, &dice)
            case .packet: packet(&writer, filler, &dice)
            case .dropped: dropped(&writer, filler, &dice)
            case .link: link(&writer, filler, &dice)
            }
        }
        return writer.bytes
    }

    private static func process(_ writer: inout ReportWriter, _ filler: String, _ dice: inout Dice) {
        ReportBuilder.process(
            &writer,
            ReportBuilder.Process(
                path: dice.pick(Array(Vocabulary.processes.dropFirst())), pid: "||||", parent: "||||", target: "||",
                date: "28/01/2019",
                time: "08:1|:1|", md5: marks("^", 32),
                files: (0..<4).map { _ in "C:\\Users\\user\\AppData\\Local\\Temp\\\(dice.lowercase(4))````````.tmp" },
                keys: (0..<3).map { _ in
                    "HKEY_LOCAL_MACHINE\\Software\\Classes\\CLSID\\{````````-````-````-\(dice.hex(4))}"
                },
                strings: ["\(dice.letters(12)) ````````````````", filler]))
    }

    private static func packet(_ writer: inout ReportWriter, _ filler: String, _ dice: inout Dice) {
        let network = Vocabulary.networks[dice.below(6)]
        ReportBuilder.packet(
            &writer, time: "Jan 28, 2019 08:1|:1|.||||||||| CET", port: "5||||", peer: "\(network.prefix).1||.1|",
            detail: filler)
    }

    private static func dropped(_ writer: inout ReportWriter, _ filler: String, _ dice: inout Dice) {
        let type = dice.pick(Vocabulary.fileTypes)
        ReportBuilder.dropped(
            &writer, number: "|||||", path: "C:\\Users\\user\\AppData\\Local\\Temp\\````````.\(type.0)", type: type.1,
            size: "||||||",
            process: "C:\\Users\\user\\AppData\\Roaming\\\(filler).exe", malicious: false,
            digests: Digests(
                md5: marks("^", 32), sha1: marks("^", 40), sha256: marks("^", 64), sha512: marks("^", 128), ssdeep: ""))
    }

    private static func link(_ writer: inout ReportWriter, _ filler: String, _ dice: inout Dice) {
        let query = String(filler.filter { $0 != " " && $0 != "." })
        let rest = String(repeating: "x", count: filler.utf8.count - query.utf8.count)
        ReportBuilder.link(
            &writer, name: "http://\(Recipe.host(&dice))/````````?q=\(query)\(rest)", ip: "unknown", fromMemory: true,
            source: "memory",
            malicious: false, process: "unknown")
    }

    private static func marks(_ mark: Character, _ count: Int) -> String { String(repeating: mark, count: count) }

    private static func template(_ bytes: [UInt8]) -> Template {
        var places: [Template.Place] = []
        var index = 0
        while index < bytes.count {
            let style: Template.Style? =
                switch bytes[index] {
                case UInt8(ascii: "`"): .lower
                case UInt8(ascii: "^"): .upper
                case UInt8(ascii: "|"): .decimal
                default: nil
                }
            guard let style else {
                index += 1
                continue
            }
            let end = bytes[index...].firstIndex { $0 != bytes[index] } ?? bytes.count
            places.append(Template.Place(offset: index, digits: end - index, style: style))
            index = end
        }
        return Template(bytes: bytes, places: places)
    }
}
