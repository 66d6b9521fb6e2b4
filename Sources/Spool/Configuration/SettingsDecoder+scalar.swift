// A single value on its way from the file to its kind: one text, not endless, its variables replaced.

/// In bytes; no key needs as much.
private let longestText = 16 << 10

extension SettingsDecoder {
    /// A scalar's text after `${}`, with what may be quoted of it.
    struct Text {
        var raw: String
        var text: String
        var variables: [String]
        var hasLiteral: Bool

        /// What a variable holds is not quoted, its name is.
        func quoted(_ allowed: Bool) -> String? {
            allowed ? (variables.isEmpty ? text : raw) : nil
        }
    }

    mutating func scalar(_ node: YAMLNode, _ facts: KeyFacts) -> Text? {
        guard case .scalar(let raw, _) = node.content else {
            if node.content != .refused {
                reject(facts, nil, "must be a single value, not \(node.noun)", at: node.mark)
            }
            spoil(facts.path)
            return nil
        }
        guard !node.isNull else {
            let hint = facts.standard.map { "leave the key out for the default, \($0)" } ?? "leave the key out"
            reject(facts, nil, "has no value; \(hint)", at: node.mark)
            return nil
        }
        guard raw.utf8.count <= longestText else {
            reject(facts, nil, "is longer than \(SizeText.format(Int64(longestText)))", at: node.mark)
            return nil
        }
        do throws(Substitution.Fault) {
            let result = try Substitution(raw, environment: context.environment)
            return Text(raw: raw, text: result.text, variables: result.variables, hasLiteral: result.hasLiteral)
        } catch {
            spoil(facts.path)
            report("\(Self.named(facts.path)): \(error.message)", at: node.mark)
            return nil
        }
    }
}
