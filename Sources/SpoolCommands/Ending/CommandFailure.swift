// What the commands themselves find wrong, with the number that the program ends with.

/// An error of a command's own. The message says what, on which object, why, and what to do, in one line.
package struct CommandFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package let status: EndStatus
    package let description: String

    package init(_ status: EndStatus, _ message: String) {
        self.status = status
        description = message
    }
}
