// What the store refuses, and why: each with the object, the reason and the remedy, and what a command's exit code is made of.

package struct StoreError: Error, Sendable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// No `format` file: not a spool, or its disk is not mounted.
        case notASpool
        /// A format that this program does not know.
        case format
        /// A network file system.
        case network
        /// Something is in the way.
        case exists
        /// No such entry.
        case missing
        /// Somebody else holds the lock; try again.
        case locked
        /// Envelope or payload are not what they were when committed.
        case damaged
        /// Not allowed in this state, or at this moment.
        case refused
        /// A system call failed.
        case file(FileError)
    }

    package let code: Code
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package init(_ error: FileError) {
        self.init(.file(error), error.description)
    }

    package var description: String { message }

    package var isTransient: Bool {
        switch code {
        case .locked: true
        case .file(let error): error.isTransient
        case .notASpool, .format, .network, .exists, .missing, .damaged, .refused: false
        }
    }

    /// The medium or the file system is in trouble.
    package var isDevice: Bool { if case .file(let error) = code { error.isDevice } else { false } }

    /// The medium fails or is full: whoever goes on until it is told to stop waits, and goes on by itself.
    package var isMedium: Bool { isDevice || isNoSpace }

    /// Something else lies in place of a folder.
    package var isNoFolder: Bool { if case .file(let error) = code { error.isNoFolder } else { false } }

    /// The disk is full.
    package var isNoSpace: Bool { if case .file(let error) = code { error.isNoSpace } else { false } }
}

/// Runs file work and gives its errors the store's type.
func store<Result>(_ body: () throws(FileError) -> Result) throws(StoreError) -> Result {
    do { return try body() } catch { throw StoreError(error) }
}
