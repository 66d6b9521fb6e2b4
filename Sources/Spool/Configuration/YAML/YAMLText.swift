// Looks at the bytes before the parser does, so that what cannot be text is named with its exact place: other
// encodings, invalid UTF-8, control characters. It accepts a subset of what libyaml accepts, hence libyaml's reader
// never complains.

enum YAMLText {
    /// The first thing in the bytes that no configuration may hold.
    static func fault(in bytes: [UInt8]) -> YAMLFault? {
        if let fault = markFault(in: bytes) { return fault }
        var scan = Scan()
        var decoder = Unicode.UTF8()
        var iterator = bytes.makeIterator()
        while true {
            switch decoder.decode(&iterator) {
            case .emptyInput:
                return nil
            case .error:
                return YAMLFault(mark: scan.mark, message: "this is not UTF-8; save the file as UTF-8")
            case .scalarValue(let scalar):
                if let message = objection(to: scalar) { return YAMLFault(mark: scan.mark, message: message) }
                scan.pass(scalar)
            }
        }
    }

    private static func markFault(in bytes: [UInt8]) -> YAMLFault? {
        let message =
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
                "the file begins with a byte order mark; save it as UTF-8 without one"
            } else if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
                "the file is UTF-16 or UTF-32; save it as UTF-8"
            } else {
                nil as String?
            }
        return message.map { YAMLFault(mark: .start, message: $0) }
    }

    private static func objection(to scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0x7E:
            nil
        case 0:
            "a NUL byte; is this a text file?"
        case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF:
            "an invisible character (\(Shown.code(scalar))) does not belong here"
        default:
            nil
        }
    }

    /// Counts lines and columns the way libyaml does.
    private struct Scan {
        var mark = YAMLMark.start
        private var followsReturn = false

        mutating func pass(_ scalar: Unicode.Scalar) {
            switch scalar {
            case "\n" where followsReturn:
                break
            case "\n", "\r":
                mark.line += 1
                mark.column = 1
            default:
                mark.column += 1
            }
            followsReturn = scalar == "\r"
        }
    }
}
