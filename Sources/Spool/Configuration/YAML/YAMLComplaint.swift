// libyaml's complaints in words that help: which mistake people make when it says that.

struct YAMLComplaint {
    /// libyaml's own words.
    var problem: String
    /// What it was reading meanwhile, also in its words.
    var context: String?
    /// Where that began.
    var began: YAMLMark?
    /// The byte at which it stopped; nil at the end of the file.
    var byte: UInt8?

    var message: String {
        if byte == UInt8(ascii: "\t"), problem.contains("tab") || problem.contains("cannot start any token") {
            return "a tab cannot be used to indent; use blanks"
        }
        switch problem {
        case "found character that cannot start any token":
            return "text cannot begin with this character; put it in quotes"
        case "mapping values are not allowed in this context":
            return "a ':' is not expected here; check the indentation, and quote text that contains ': '"
        case "could not find expected ':'":
            return "a ':' is missing after the key, or the indentation is wrong"
        case "did not find expected key" where byte == UInt8(ascii: ":"):
            return "a key is missing before ':'"
        case "did not find expected key" where byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}"):
            return "this bracket closes nothing"
        case "did not find expected key":
            return "the indentation does not fit the lines above\(since)"
        case "did not find expected '-' indicator":
            return "an item that begins with '- ' is expected\(since)"
        case "did not find expected ',' or ']'":
            return "a ',' or ']' is missing\(since)"
        case "did not find expected ',' or '}'":
            return "a ',' or '}' is missing\(since)"
        case "found unexpected end of stream":
            return "a quotation mark is missing at the end\(since)"
        case "found unknown escape character":
            return "unknown escape in double quotes; write \\\\ for a backslash, or use single quotes"
        case "did not find expected <document start>":
            return "this does not belong to the mapping above; check the indentation"
        default:
            return "not valid YAML: \(problem)\(context.map { " \($0)" } ?? "")\(since)"
        }
    }

    private var since: String {
        guard let began else { return "" }
        return " (it began at \(began.line):\(began.column))"
    }

    /// libyaml's index counts characters, a buffer has bytes.
    static func byte(atCharacter index: Int, of bytes: UnsafeBufferPointer<UInt8>) -> UInt8? {
        var seen = 0
        for byte in bytes where byte & 0xC0 != 0x80 {
            if seen == index { return byte }
            seen += 1
        }
        return nil
    }
}
