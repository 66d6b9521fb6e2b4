// What went wrong with the other side, in words that a stage can act on.
//
// A vendor's client knows status codes and error envelopes; a stage knows three things to do: wait with everything,
// set one entry aside until later, or give one entry up. `Fault.scope` is that decision, taken once in the table of
// `HTTP/OutcomeTable.swift`, so that no stage ever looks at a status code.

/// A failed exchange with a remote service.
package struct Fault: Error, Sendable, Equatable {
    /// What a stage does about it.
    package enum Scope: String, Sendable, Equatable {
        /// Nothing is wrong with the entry: the whole stage waits and tries again (DNS, connect, TLS, 429, 503, maintenance).
        case stageWaits
        /// Nothing is wrong with the entry, and waiting alone does not help: credentials, licence (exit 77).
        case stageStops
        /// This entry is tried again later; several different ones in a row stop the stage for a while (time-out, 500, 502, 504).
        case entryDeferred
        /// Trying again cannot help this entry (another 4xx, an answer that makes no sense for it).
        case entryFailed
    }

    /// What kind of trouble; stable names, shown to users and kept in the journal.
    package enum Code: String, Sendable, Equatable, CaseIterable {
        case dns, connect, tls, proxy
        case timedOutBeforeSending = "timeout-before-sending"
        case timedOut = "timeout"
        case connectionLost = "connection-lost"
        case unauthorized, forbidden, quota, maintenance, licence
        case rateLimited = "rate-limited"
        case unavailable
        case serverError = "server-error"
        case notFound = "not-found"
        case rejected
        case tooLarge = "too-large"
        case conflict
        case truncated
        /// A zip archive with a password instead of a report.
        case encrypted
        case notJSON = "not-json"
        case htmlAnswer = "html-answer"
        case malformed
        case redirect
        /// Not the other side's doing: this side could not take the body (disk, limit); `message` has the reason.
        case local
        /// This side stopped waiting (shutting down).
        case cancelled
    }

    package var code: Code
    package var scope: Scope
    /// What failed, on what, why, and what to do: one line, never a secret.
    package var message: String
    /// What was to be created may be there all the same: this is an answer in place of the one, or about a later call.
    package var mayHaveArrived = false
    /// HTTP status, if there was an answer.
    package var status: Int?
    /// The vendor's own code (Joe Sandbox 1…8), if any.
    package var vendorCode: Int?
    /// How long the other side asked to wait (`waitTime` in ms, `Retry-After`).
    package var retryAfter: Duration?
    /// TruSTAR's `Trace-Id`, for their support.
    package var traceID: String?

    package init(
        _ code: Code, _ scope: Scope, _ message: String, status: Int? = nil, vendorCode: Int? = nil,
        retryAfter: Duration? = nil, traceID: String? = nil
    ) {
        self.code = code
        self.scope = scope
        self.message = message
        self.status = status
        self.vendorCode = vendorCode
        self.retryAfter = retryAfter
        self.traceID = traceID
    }

    /// Whether trying again, unchanged, can help.
    package var isTransient: Bool { scope == .stageWaits || scope == .entryDeferred }
}

extension Fault: CustomStringConvertible {
    package var description: String {
        var parts = [message]
        if let status { parts.append("(HTTP \(status))") }
        if let traceID { parts.append("[Trace-Id \(traceID)]") }
        return parts.joined(separator: " ")
    }
}
