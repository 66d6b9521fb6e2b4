// `${VAR}`, `${VAR:-default}` and `$${` in a scalar's text: replaced once, after YAML was parsed, so that no value
// can add keys or change the structure, and what a variable holds is never looked at again.
//
// The result remembers which variables it came from and whether anything in it was written in the file: a secret that
// was is a literal secret.

struct Substitution: Sendable, Equatable {
    /// What is wrong, in words that follow the name of the key; never the value of a variable.
    struct Fault: Error, Sendable, Equatable {
        var message: String
    }

    var text: String
    /// Variables that gave a part of the text.
    var variables: [String] = []
    /// Whether a part of the text stands in the file (a default that was used does).
    var hasLiteral = false

    init(_ raw: String, environment: [String: String]) throws(Fault) {
        text = ""
        var rest = raw[...]
        while let dollar = rest.firstIndex(of: "$") {
            take(rest[..<dollar])
            rest = rest[dollar...]
            if rest.hasPrefix("$${") {
                take("${")
                rest = rest.dropFirst(3)
            } else if rest.hasPrefix("${") {
                guard let close = rest.firstIndex(of: "}") else {
                    throw Fault(message: "'${' without '}'; write '$${' for the text itself")
                }
                try replace(rest[..<close].dropFirst(2), from: environment)
                rest = rest[close...].dropFirst()
            } else {
                take("$")
                rest = rest.dropFirst()
            }
        }
        take(rest)
    }

    private mutating func take(_ literal: some StringProtocol) {
        guard !literal.isEmpty else { return }
        text += literal
        hasLiteral = true
    }

    private mutating func replace(_ inner: Substring, from environment: [String: String]) throws(Fault) {
        let name = String(inner.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
        let tail = inner.dropFirst(name.count)
        guard let first = name.first, !first.isNumber, tail.isEmpty || tail.hasPrefix(":-") else {
            // What follows the name may be half a secret, so it is not shown.
            throw Fault(message: "'${\(Shown.text(name))…}' is not understood; write ${NAME} or ${NAME:-default}")
        }
        guard !tail.contains("${") else {
            throw Fault(message: "the default of '${\(name)}' cannot hold another '${'")
        }
        let value = environment[name]
        if tail.isEmpty {
            guard let value else {
                throw Fault(
                    message: "the environment variable \(name) is not set; write ${\(name):-default} for a default")
            }
            variables.append(name)
            text += value
        } else if let value, !value.isEmpty {
            variables.append(name)
            text += value
        } else {
            take(tail.dropFirst(2))
        }
    }
}
