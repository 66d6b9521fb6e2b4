// A key or password as the configuration holds it. It can be handed on by `reveal()`, and that is all: whatever
// prints, describes, dumps, reflects or interpolates it gets `<redacted>`. It is not Codable, so no encoder can write
// it either.

/// A text that never shows.
package struct Secret: Sendable, Equatable {
    /// What is shown instead.
    package static let placeholder = "<redacted>"

    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// The secret itself, for the one place that hands it to a client.
    package func reveal() -> String { text }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { Self.placeholder }
    package var debugDescription: String { Self.placeholder }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
