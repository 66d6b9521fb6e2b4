// One small object of ours, read by the thousand: its members that are no containers, without a tree.

/// The members of one object by name; of duplicates the last one counts, and null counts as not there.
struct JSONRecord {
    /// A member is missing, or of another kind than asked for.
    struct Mismatch: Error {}

    private var members: [(name: String, value: JSONEvent)] = []

    /// Throws unless the bytes hold one value; what is no object has no members.
    init(parsing bytes: [UInt8]) throws(JSONError) {
        var reader = JSONReader(MemorySource(bytes), limits: .tree)
        guard case .beginObject? = try reader.next() else { return }
        var name = ""
        while let event = try reader.next() {
            switch event {
            case .name(let text):
                name = text
            case .string, .number, .bool, .null:
                if reader.depth == 1 { members.append((name, event)) }
            case .beginObject, .beginArray:
                if reader.depth == 2 { members.append((name, event)) }
            case .endObject, .endArray:
                continue
            }
        }
    }

    private subscript(name: String) -> JSONEvent? { members.last { $0.name == name }?.value }

    func text(_ name: String) throws(Mismatch) -> String {
        guard let text = try optionalText(name) else { throw Mismatch() }
        return text
    }

    func optionalText(_ name: String) throws(Mismatch) -> String? {
        switch self[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw Mismatch()
        }
    }

    func number(_ name: String) throws(Mismatch) -> Int {
        guard let number = try optionalNumber(name) else { throw Mismatch() }
        return number
    }

    /// A whole number that an Int holds, written as one.
    func optionalNumber(_ name: String) throws(Mismatch) -> Int? {
        switch self[name] {
        case nil, .null: return nil
        case .number(let digits):
            guard let number = Int(digits) else { throw Mismatch() }
            return number
        default: throw Mismatch()
        }
    }
}
