// A secret in the hands of a client. It can be used, and that is all: whatever prints, dumps or interpolates it gets
// `<redacted>`.

package struct Credential: Sendable {
    private let value: String

    package init(_ value: String) {
        self.value = value
    }

    /// The secret itself, for the one place that puts it into a request.
    package func reveal() -> String { value }
}

extension Credential: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { "<redacted>" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
