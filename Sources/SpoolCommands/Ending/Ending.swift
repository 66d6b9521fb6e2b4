// The one place where an error becomes an exit status and a text: `spoolctl: what, on which object, why, what to do`.

import SystemPackage

package import Spool

/// How a run ends: a number for programs, a text for people.
package struct Ending: Sendable, Equatable {
    package let status: EndStatus
    /// Lines for standard error; empty when there is nothing to say.
    package let lines: [String]

    package init(_ status: EndStatus, _ lines: [String]) {
        self.status = status
        self.lines = lines
    }

    package init(_ error: any Error) {
        switch error {
        case is ReaderGone: self.init(.success, [])
        case let status as EndStatus: self.init(status, [])
        case let error as ConfigurationError:
            // `file:line:column: …` as compilers write it, so that editors jump there.
            self.init(.configuration, error.problems.map { Visible($0.description).description })
        default: self.init(Self.status(of: error), Self.lines("spoolctl: \(Self.text(of: error))"))
        }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map { Visible(String($0)).description }
    }

    private static func text(of error: any Error) -> String {
        switch error {
        // May name what somebody else has named: that must not look like a line of ours.
        case let error as TransferError: Visible(error.message).description
        case let error as Errno: "standard output: \(FileError(.write, "-", error).reason)"
        case let error where status(of: error) == .bug: "\(error); this is a mistake of the program, please report it"
        default: "\(error)"
        }
    }

    package static func status(of error: any Error) -> EndStatus {
        switch error {
        case let error as CommandFailure: error.status
        case let error as StoreError: status(of: error)
        case let error as FileError: status(of: error)
        case let error as Fault: status(of: error)
        case let error as TransferError: status(of: error)
        case is ConfigurationError: .configuration
        case is Errno: .io
        case is MappingError, is JSONError: .badData
        case is CancellationError: .tryAgain
        default: .bug
        }
    }

    private static func status(of error: StoreError) -> EndStatus {
        switch error.code {
        case .notASpool, .missing: .missing
        case .format, .damaged: .badData
        case .network: .configuration
        case .exists: .cannotCreate
        case .locked: .tryAgain
        case .refused: .refused
        case .file(let error): status(of: error)
        }
    }

    private static func status(of error: FileError) -> EndStatus {
        switch error.errno {
        case .noSuchFileOrDirectory: .missing
        case .permissionDenied, .notPermitted: .refused
        case .fileExists, .notDirectory: .cannotCreate
        case .resourceTemporarilyUnavailable: .tryAgain
        default: .io
        }
    }

    private static func status(of error: TransferError) -> EndStatus {
        switch error.code {
        case .refused: .badData
        case .missing: .missing
        case .exists: .cannotCreate
        case .locked, .interrupted: .tryAgain
        case .readerGone, .noRoom: .io
        case .key: .refused
        case .configuration: .configuration
        }
    }

    private static func status(of fault: Fault) -> EndStatus {
        status(ofCode: fault.code)
    }

    /// Also for what is left of a fault in a stage's record: its code.
    package static func status(ofCode code: Fault.Code) -> EndStatus {
        switch code {
        case .unauthorized, .forbidden, .licence: .refused
        case .quota, .rateLimited, .cancelled: .tryAgain
        case .notFound: .missing
        case .rejected, .tooLarge, .conflict, .encrypted: .badData
        case .local: .io
        case .dns, .connect, .tls, .proxy, .timedOutBeforeSending, .timedOut, .connectionLost, .maintenance,
            .unavailable, .serverError, .truncated, .notJSON, .htmlAnswer, .malformed, .redirect:
            .unavailable
        }
    }
}
