// What `verify` may find in a spool, and what can be done about it.

package import SystemPackage

/// One thing that is not as it should be.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// Envelope or size are not what was written, or of another entry, queue or format.
        case damagedEnvelope = "damaged-envelope"
        /// The payload's SHA-256 is not the envelope's.
        case damagedPayload = "damaged-payload"
        /// Called like an entry, but a symbolic link, a FIFO, a device or a folder, or not ours to read.
        case noFile = "no-file"
        /// The medium does not give it back.
        case unreadable
        /// A name that nothing here has given.
        case stranger
        /// Two entries of one name in two states of a queue that are not `done`.
        case duplicate
        /// One file under two names: half of a rename survived.
        case twin
        /// A folder that should be there.
        case missingFolder = "missing-folder"
        /// Others than the owner can look into the spool.
        case exposed
        /// There are analyses, but no ledger.
        case lostLedger = "lost-ledger"
        /// What is known of bundles is not what was written, or is gone.
        case damagedRecord = "damaged-record"
        /// A ledger's or a log's line that says nothing.
        case strangeLine = "strange-line"
        /// An analysis that its ledger does not know (yet).
        case noLine = "no-line"
        /// In `active` without a worker.
        case orphan
        /// In `tmp` without a writer.
        case leftover
    }

    package enum Remedy: String, Sendable {
        case setAside = "move it to 'failed', as it is"
        case unlinkTwin = "remove the name that is less far along"
        case makeFolder = "make it"
        case makePrivate = "give it mode 0700"
        case rebuildLedger = "write it anew from the spool, and move what is in 'ready' to 'deferred'"
    }

    package let code: Code
    /// Below the spool's root.
    package let path: FilePath
    package let place: EntryPlace?
    package let reason: String
    /// What `repair` would do; nil: nothing, a person must decide (or the next recovery cleans it up).
    package let remedy: Remedy?

    package init(_ code: Code, _ path: FilePath, _ reason: String, place: EntryPlace? = nil, remedy: Remedy? = nil) {
        self.code = code
        self.path = path
        self.place = place
        self.reason = reason
        self.remedy = remedy
    }

    /// False for what a crash leaves as a matter of course and the next pass of a stage cleans up by itself.
    package var isProblem: Bool {
        switch code {
        case .noLine, .orphan, .leftover, .strangeLine: false
        case .damagedEnvelope, .damagedPayload, .noFile, .unreadable, .stranger, .duplicate, .twin, .missingFolder,
            .exposed, .lostLedger, .damagedRecord:
            true
        }
    }

    package var description: String { "\(path): \(reason) (\(code.rawValue))" }
}

/// The whole spool, looked through.
package struct VerifyReport: Sendable, Equatable {
    package var entries = 0
    /// Of payload, read and compared.
    package var bytes = 0
    package var findings: [Finding] = []

    package var problems: [Finding] { findings.filter(\.isProblem) }
}
