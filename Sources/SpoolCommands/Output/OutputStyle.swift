// Whether output is for eyes: colour and width only on a terminal, and no colour for whoever asked for none (no-color.org).

import Glibc

/// How text for people is dressed.
package struct OutputStyle: Sendable, Equatable {
    package let isTerminal: Bool
    /// Columns of the terminal; nil when there is none, and nothing is cut.
    package let width: Int?
    package let hasColour: Bool
    /// Whether the terminal understands escapes; one that does may still be asked for no colour.
    package let hasEscapes: Bool

    package static let plain = OutputStyle(isTerminal: false, width: nil, hasColour: false)

    package init(isTerminal: Bool, width: Int?, hasColour: Bool, hasEscapes: Bool? = nil) {
        self.hasEscapes = hasEscapes ?? hasColour
        self.isTerminal = isTerminal
        self.width = width
        self.hasColour = hasColour
    }

    /// What the descriptor leads to, and what the environment asks for.
    package init(descriptor: Int32, environment: [String: String]) {
        guard isatty(descriptor) == 1 else {
            self = .plain
            return
        }
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        let isDumb = environment["TERM"] == nil || environment["TERM"] == "dumb"
        self.init(
            isTerminal: true, width: isKnown ? Int(size.ws_col) : 80,
            hasColour: (environment["NO_COLOR"] ?? "").isEmpty && !isDumb, hasEscapes: !isDumb)
    }

    package func bold(_ text: String) -> String { dressed(text, "1") }
    package func red(_ text: String) -> String { dressed(text, "31") }
    package func green(_ text: String) -> String { dressed(text, "32") }
    package func yellow(_ text: String) -> String { dressed(text, "33") }

    private func dressed(_ text: String, _ code: String) -> String {
        hasColour && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
