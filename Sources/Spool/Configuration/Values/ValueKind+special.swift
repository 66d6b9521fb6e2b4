// Kinds that this configuration alone has: paths, names with an alphabet of their own, and words that stand beside a
// number.

import SystemPackage

extension ValueKind {
    /// A word beside the kind itself, such as `never` or `auto`; it reads as nil.
    func or(_ word: String) -> ValueKind<Value?> {
        ValueKind<Value?>(
            name: "`\(word)` or \(name)", isQuoted: isQuoted,
            parse: { (text: String) throws(ValueFault) -> Value? in
                if text == word { return nil }
                do throws(ValueFault) {
                    return try self.parse(text)
                } catch {
                    throw ValueFault("\(error.message) (or '\(word)')")
                }
            },
            show: { $0.map(self.show) ?? .text(word) })
    }
}

extension ValueKind where Value == FilePath {
    /// A path as it stands in the file; the decoder makes it absolute.
    static var path: ValueKind {
        ValueKind(
            name: "path",
            parse: { (text: String) throws(ValueFault) -> FilePath in
                let text = try ValueKind<String>.text(atMost: 4000).parse(text)
                guard text != "~", !text.hasPrefix("~/") else {
                    throw ValueFault("begins with '~', which nobody expands; write ${HOME}")
                }
                return FilePath(text)
            },
            show: { .text($0.string) })
    }
}

extension ValueKind where Value == String {
    /// The name of a source, as it stands in the names of entries.
    static var source: ValueKind {
        text("1 to 16 of `a`-`z`, `0`-`9`").checked(as: "1 to 16 of `a`-`z`, `0`-`9`") { name in
            let isFine =
                (1...16).contains(name.utf8.count) && name.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 }
            return isFine ? nil : "must be 1 to 16 lower-case letters a-z and digits"
        }
    }

    /// A zone of the tz database by form; whether this machine has it is found out by whoever uses it.
    static var timeZone: ValueKind {
        text(atMost: 64).checked(as: "time zone") { name in
            let parts = name.split(separator: "/", omittingEmptySubsequences: false)
            let isFine = parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".")
                    && part.utf8.allSatisfy {
                        0x30...0x39 ~= $0 || 0x61...0x7A ~= $0 | 0x20 || "_+-.".utf8.contains($0)
                    }
            }
            return isFine ? nil : "is not a time zone; write it like Europe/Zurich or UTC"
        }
    }

    /// The id of an enclave, by form.
    static var enclaveID: ValueKind {
        text().checked(as: "UUID") { id in
            let lengths = id.split(separator: "-", omittingEmptySubsequences: false).map(\.utf8.count)
            let isFine = lengths == [8, 4, 4, 4, 12] && id.allSatisfy { $0 == "-" || ($0.isASCII && $0.isHexDigit) }
            return isFine ? nil : "is not an enclave's id, such as 7a33144f-aef3-442b-87d4-dbf70d8afdb0"
        }
    }

    /// What may stand in the value of an HTTP header.
    static var headerText: ValueKind {
        text(atMost: 128).checked(as: "text") { value in
            let isFine = value.utf8.allSatisfy { 0x20...0x7E ~= $0 } && !value.hasPrefix(" ") && !value.hasSuffix(" ")
            return isFine ? nil : "must be ASCII without blanks at its ends"
        }
    }
}

extension ValueKind where Value == WebAddress {
    /// A proxy: http, with its port, without a path.
    static var proxy: ValueKind {
        url.checked(as: "URL `http://host:port`") { address in
            address.isPlain && address.port != nil && address.path.isEmpty ? nil : "must be http://host:port"
        }
    }
}
