// A kind of value: how it is called, how a text becomes one, how one is shown. Every key of the schema has one;
// reading the file, `config show` and the reference page all use the same.

/// Why a text is not a value of its kind: words that follow the text, such as "is not a duration".
struct ValueFault: Error, Sendable, Equatable {
    var message: String

    init(_ message: String) {
        self.message = message
    }
}

struct ValueKind<Value: Sendable>: Sendable {
    /// For the reference: "duration, 1s to 7d".
    let name: String
    /// Whether a message may quote the text; what could hold a password is never quoted.
    var isQuoted = true
    let parse: @Sendable (String) throws(ValueFault) -> Value
    let show: @Sendable (Value) -> SettingValue
}

extension ValueKind {
    /// The same, but it may be left out.
    var optional: ValueKind<Value?> {
        ValueKind<Value?>(
            name: name, isQuoted: isQuoted,
            parse: { (text: String) throws(ValueFault) -> Value? in try self.parse(text) },
            show: { $0.map(self.show) ?? .absent })
    }

    /// Checks more than the kind itself does.
    func checked(as name: String, by check: @escaping @Sendable (Value) -> String?) -> ValueKind {
        ValueKind(
            name: name, isQuoted: isQuoted,
            parse: { (text: String) throws(ValueFault) -> Value in
                let value = try self.parse(text)
                if let message = check(value) { throw ValueFault(message) }
                return value
            },
            show: show)
    }
}

extension ValueKind where Value == Bool {
    static var boolean: ValueKind {
        ValueKind(
            name: "`true` or `false`",
            parse: { (text: String) throws(ValueFault) -> Bool in
                switch text {
                case "true": return true
                case "false": return false
                default: break
                }
                switch text.lowercased() {
                case "yes", "on", "y", "true": throw ValueFault("is not understood; write true")
                case "no", "off", "n", "false": throw ValueFault("is not understood; write false")
                default: throw ValueFault("is neither true nor false")
                }
            },
            show: { .boolean($0) })
    }
}

extension ValueKind where Value == Duration {
    static func duration(_ bounds: ClosedRange<Duration>) -> ValueKind {
        let low = DurationText.format(bounds.lowerBound)
        let high = DurationText.format(bounds.upperBound)
        return ValueKind(name: "duration", parse: DurationText.parse, show: { .text(DurationText.format($0)) })
            .checked(as: "duration, \(low) to \(high)") { bounds.contains($0) ? nil : "must be from \(low) to \(high)" }
    }
}

extension ValueKind where Value == Int64 {
    static func size(_ bounds: ClosedRange<Int64>) -> ValueKind {
        let low = SizeText.format(bounds.lowerBound)
        let high = SizeText.format(bounds.upperBound)
        return ValueKind(name: "size", parse: SizeText.parse, show: { .text(SizeText.format($0)) })
            .checked(as: "size, \(low) to \(high)") { bounds.contains($0) ? nil : "must be from \(low) to \(high)" }
    }
}

extension ValueKind where Value == Int {
    static func integer(_ bounds: ClosedRange<Int>) -> ValueKind {
        let isOpen = bounds.upperBound == .max
        let range = isOpen ? "\(bounds.lowerBound) or more" : "\(bounds.lowerBound) to \(bounds.upperBound)"
        return ValueKind(
            name: "integer, \(range)",
            parse: { (text: String) throws(ValueFault) -> Int in
                let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
                guard !digits.isEmpty, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else {
                    throw ValueFault("is not a whole number")
                }
                guard digits.count == 1 || !digits.hasPrefix("0") else {
                    throw ValueFault("begins with 0; write the number without it")
                }
                guard let number = Int(text), bounds.contains(number) else {
                    throw ValueFault("must be \(isOpen ? range : "from \(range)")")
                }
                return number
            },
            show: { .integer(Int64($0)) })
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of an enumeration's names.
    static var choice: ValueKind {
        let names = Value.allCases.map(\.rawValue)
        return ValueKind(
            name: "one of \(names.map { "`\($0)`" }.joined(separator: ", "))",
            parse: { (text: String) throws(ValueFault) -> Value in
                if let value = Value(rawValue: text) { return value }
                let hint = Suggestion.nearest(to: text, among: names).map { "; did you mean '\($0)'?" } ?? ""
                throw ValueFault("is not one of \(names.joined(separator: ", "))\(hint)")
            },
            show: { .text($0.rawValue) })
    }
}

extension ValueKind where Value == String {
    /// One line of text of bounded length.
    static func text(_ name: String = "text", atMost limit: Int = 256) -> ValueKind {
        ValueKind(
            name: name,
            parse: { (text: String) throws(ValueFault) -> String in
                guard !text.isEmpty else { throw ValueFault("is empty") }
                guard text.utf8.count <= limit else { throw ValueFault("is longer than \(limit) bytes") }
                guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F ~= $0.value) }) else {
                    throw ValueFault("must be one line without control characters")
                }
                return text
            },
            show: { .text($0) })
    }
}
