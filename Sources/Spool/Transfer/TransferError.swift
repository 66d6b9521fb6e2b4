// What bundles are refused for, and what keeps one from being made: on which bundle or name, why, and what to do.

package struct TransferError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// The bundle is not what it should be; nothing of it is taken.
        case refused
        /// There is no bundle, or no folder to put one in.
        case missing
        /// Something is in the way of the new bundle.
        case exists
        /// Somebody else is at it; try again.
        case locked
        /// Told to stop.
        case interrupted
        /// The reader of the stream went away.
        case readerGone
        /// The key cannot be used.
        case key
        /// What the configuration says cannot be.
        case configuration
        /// No room for it.
        case noRoom
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// A bundle's own fault.
    package static func refused(_ message: String) -> TransferError { TransferError(.refused, message) }

    package var description: String { message }
}
