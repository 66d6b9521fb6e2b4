// JSON as the sandbox's converter from XML makes it. The rules live here, once:
//   an attribute is a member "@name" whose value is always a string; text beside attributes is "$";
//   the text of an element alone is typed by its look: 771703 and 5.12 are numbers, true is a boolean, nothing is
//   null ("" before version 22);
//   an element that may repeat lies in a container. Raw forms mark it with "@isArray" and write one child as an
//   object,
//   several as a list; fixed forms always write a list, or null for an empty container;
//   an element that repeats without such a container is an object or a list in both.
//
// What is written lands in `parts`; bulk that is too long to hold in memory is a part by its number only.

struct ReportWriter {
    let isRaw: Bool
    /// Old releases leave "" where later ones leave null.
    let isOld: Bool
    private(set) var parts: [Part] = []
    var bytes: [UInt8] = []
    private var needsComma = false

    enum Part: Sendable {
        case bytes([UInt8])
        case bulk(Bulk)
        /// Filler that makes the size exact.
        case padding
    }

    init(isRaw: Bool, isOld: Bool = false) {
        self.isRaw = isRaw
        self.isOld = isOld
        bytes.reserveCapacity(32 * 1024)
    }

    mutating func finish() -> [Part] {
        cut(nil)
        return parts
    }

    /// Puts a part that is not in memory where the writer stands.
    mutating func cut(_ part: Part?) {
        if !bytes.isEmpty { parts.append(.bytes(bytes)) }
        bytes = []
        if let part {
            parts.append(part)
            needsComma = true
        }
    }

    // MARK: Structure

    mutating func object(_ key: StaticString? = nil, _ members: (inout ReportWriter) -> Void) {
        begin(key)
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    /// A container of elements that may repeat, followed by `bulk` further ones.
    mutating func container<Item>(
        _ key: StaticString, of child: StaticString, _ items: [Item], bulk: Bulk? = nil,
        _ each: (inout ReportWriter, Item) -> Void
    ) {
        let bulk = items.isEmpty ? nil : bulk
        guard !items.isEmpty || isRaw else { return null(key) }
        object(key) { writer in
            if writer.isRaw { writer.attribute("isArray", "true") }
            guard !items.isEmpty else { return }
            writer.begin(child)
            let single = writer.isRaw && items.count == 1 && bulk == nil
            if !single { writer.open(UInt8(ascii: "[")) }
            for item in items {
                writer.begin(nil)
                each(&writer, item)
            }
            if let bulk { writer.cut(.bulk(bulk)) }
            if !single { writer.close(UInt8(ascii: "]")) }
        }
    }

    /// A container whose children are elements with members or attributes.
    mutating func elements<Item>(
        _ key: StaticString, of child: StaticString, _ items: [Item], bulk: Bulk? = nil,
        _ members: (inout ReportWriter, Item) -> Void
    ) {
        container(key, of: child, items, bulk: bulk) { writer, item in
            writer.open(UInt8(ascii: "{"))
            members(&writer, item)
            writer.close(UInt8(ascii: "}"))
        }
    }

    /// A container whose children are plain text.
    mutating func texts(_ key: StaticString, of child: StaticString, _ items: [String]) {
        container(key, of: child, items) { writer, item in writer.typed(item) }
    }

    /// An element that repeats without a container: one is an object, several are a list, in every form.
    mutating func repeated<Item>(_ key: StaticString, _ items: [Item], _ members: (inout ReportWriter, Item) -> Void) {
        guard !items.isEmpty else { return }
        begin(key)
        if items.count > 1 { open(UInt8(ascii: "[")) }
        for item in items {
            begin(nil)
            open(UInt8(ascii: "{"))
            members(&self, item)
            close(UInt8(ascii: "}"))
        }
        if items.count > 1 { close(UInt8(ascii: "]")) }
    }

    // MARK: Values

    mutating func attribute(_ name: StaticString, _ value: String) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        bytes += [UInt8(ascii: "\""), UInt8(ascii: "@")]
        raw(name)
        bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
        quoted(value)
    }

    /// The text of an element, typed by its look.
    mutating func element(_ key: StaticString, _ text: String) {
        begin(key)
        typed(text)
    }

    mutating func string(_ key: StaticString, _ text: String) {
        begin(key)
        quoted(text)
    }

    /// A plain list of texts.
    mutating func strings(_ key: StaticString, _ texts: [String]) {
        begin(key)
        open(UInt8(ascii: "["))
        for text in texts {
            begin(nil)
            quoted(text)
        }
        close(UInt8(ascii: "]"))
    }

    mutating func number(_ key: StaticString, _ value: Int) {
        begin(key)
        bytes += String(value).utf8
        needsComma = true
    }

    /// A number that is text already (or places to stamp digits on).
    mutating func verbatim(_ key: StaticString, _ digits: String) {
        begin(key)
        bytes += digits.utf8
        needsComma = true
    }

    /// A text of filler, as long as the report wants it.
    mutating func padding(_ key: StaticString) {
        begin(key)
        bytes.append(UInt8(ascii: "\""))
        cut(.padding)
        bytes.append(UInt8(ascii: "\""))
    }

    mutating func flag(_ key: StaticString, _ value: Bool) {
        begin(key)
        raw(value ? "true" : "false")
        needsComma = true
    }

    /// An empty element without a hint.
    mutating func empty(_ key: StaticString) {
        if isOld { string(key, "") } else { null(key) }
    }

    mutating func null(_ key: StaticString) {
        begin(key)
        raw("null")
        needsComma = true
    }

    // MARK: Bytes

    private mutating func begin(_ key: StaticString?) {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = false  // what follows is a value, and sets it
        guard let key else { return }
        bytes.append(UInt8(ascii: "\""))
        raw(key)
        bytes += [UInt8(ascii: "\""), UInt8(ascii: ":")]
    }

    private mutating func open(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func raw(_ text: StaticString) {
        bytes += UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    private mutating func typed(_ text: String) {
        needsComma = true
        if text.isEmpty {
            raw(isOld ? "\"\"" : "null")
        } else if ReportWriter.looksTyped(text) {
            bytes += text.utf8
        } else {
            quoted(text)
        }
    }

    /// Whole numbers without leading zeros, decimal fractions, booleans.
    static func looksTyped(_ text: String) -> Bool {
        if text == "true" || text == "false" { return true }
        var rest = text.utf8[...]
        guard rest.count <= 18 else { return false }
        if rest.first == UInt8(ascii: "-") { rest = rest.dropFirst() }
        let whole = rest.prefix { $0 >= 48 && $0 <= 57 }
        guard !whole.isEmpty, whole.count == 1 || whole.first != 48 else { return false }
        rest = rest.dropFirst(whole.count)
        guard rest.first == UInt8(ascii: ".") else { return rest.isEmpty }
        rest = rest.dropFirst()
        return !rest.isEmpty && rest.allSatisfy { $0 >= 48 && $0 <= 57 }
    }

    private mutating func quoted(_ text: String) {
        JSONText.append(text, to: &bytes)
        needsComma = true
    }
}
