// The one table from what went wrong on the wire to what a stage does about it. Pure, and tested line by line.
//
// Nothing happened on the other side yet, or nothing is wrong with the entry: the stage waits. Waiting cannot help
// (credentials, licence): it stops. Unknown whether it happened, or the other side stumbled: the entry is deferred;
// the stage counts those. The other side understood and said no: the entry failed.
//
// Three decisions of ours: an HTML page (a login, a portal, a gateway's block page) says "wrong place" and not "no",
// so that it never fails an entry, nor stops a stage because of one; redirects and unknown paths of the service itself
// wait, since a gateway under maintenance answers like that, too; and what is not about an entry (lists, tokens) can
// neither be deferred nor failed, so there it is the stage that waits or stops.

package enum OutcomeTable {
    /// What the call was about: one entry, or the service as a whole.
    package enum Subject: Sendable, Equatable, CaseIterable {
        case entry
        case service
    }

    /// What a vendor's own error code says, in words that are no vendor's.
    package enum Reason: Sendable, Equatable, CaseIterable {
        case credentials, licence, quota, maintenance
        /// An error inside the service.
        case internalError
        /// The request, or the thing that it names, is not accepted.
        case invalid
        /// The service does not know this path at all.
        case unknownPath
    }

    /// What is wrong with the body of an answer that says it is a success.
    package enum BodyProblem: Sendable, Equatable, CaseIterable {
        case html, notJSON, malformed, truncated, tooLarge, encrypted
    }

    package enum Trouble: Sendable, Equatable {
        case transport(TransportFailure.Kind, requestSent: Bool)
        case status(Int, isHTML: Bool)
        /// The vendor's own code; it outranks the status.
        case reason(Reason)
        case body(BodyProblem)
    }

    package struct Verdict: Sendable, Equatable {
        package var code: Fault.Code
        package var scope: Fault.Scope

        package init(_ code: Fault.Code, _ scope: Fault.Scope) {
            self.code = code
            self.scope = scope
        }
    }

    package static func verdict(_ trouble: Trouble, about subject: Subject) -> Verdict {
        let verdict: Verdict =
            switch trouble {
            case .transport(let kind, let requestSent): transport(kind, requestSent: requestSent)
            case .status(let status, let isHTML): self.status(status, isHTML: isHTML)
            case .reason(let reason): self.reason(reason)
            case .body(let problem): body(problem)
            }
        return subject == .entry ? verdict : aboutService(verdict)
    }

    private static func transport(_ kind: TransportFailure.Kind, requestSent: Bool) -> Verdict {
        switch kind {
        case .resolve: Verdict(.dns, .stageWaits)
        case .connect: Verdict(.connect, .stageWaits)
        case .tls: Verdict(.tls, .stageWaits)
        case .proxy: Verdict(.proxy, .stageWaits)
        case .proxyCredentials: Verdict(.proxy, .stageStops)
        case .timedOut: requestSent ? Verdict(.timedOut, .entryDeferred) : Verdict(.timedOutBeforeSending, .stageWaits)
        case .connectionLost: requestSent ? Verdict(.connectionLost, .entryDeferred) : Verdict(.connect, .stageWaits)
        case .cutShort: Verdict(.truncated, .entryDeferred)
        case .inflation: Verdict(.tooLarge, .entryFailed)
        case .garbled: Verdict(.malformed, .entryDeferred)
        case .cancelled: Verdict(.cancelled, .entryDeferred)
        case .unusable: Verdict(.local, .stageStops)
        }
    }

    private static func status(_ status: Int, isHTML: Bool) -> Verdict {
        switch status {
        case 401: Verdict(.unauthorized, .stageStops)
        case 407: Verdict(.proxy, .stageStops)
        case 429: Verdict(.rateLimited, .stageWaits)
        case 503: Verdict(.unavailable, .stageWaits)
        case 500...: Verdict(.serverError, .entryDeferred)
        case 300..<400: Verdict(.redirect, .stageWaits)
        case _ where isHTML: body(.html)
        case 403: Verdict(.forbidden, .stageStops)
        case 404, 410: Verdict(.notFound, .entryFailed)
        case 408, 425: Verdict(.timedOut, .entryDeferred)
        case 409: Verdict(.conflict, .entryFailed)
        case 413: Verdict(.tooLarge, .entryFailed)
        case 400..<500: Verdict(.rejected, .entryFailed)
        default: Verdict(.malformed, .entryDeferred)
        }
    }

    private static func reason(_ reason: Reason) -> Verdict {
        switch reason {
        case .credentials: Verdict(.unauthorized, .stageStops)
        case .licence: Verdict(.licence, .stageStops)
        case .quota: Verdict(.quota, .stageWaits)
        case .maintenance: Verdict(.maintenance, .stageWaits)
        case .internalError: Verdict(.serverError, .entryDeferred)
        case .invalid: Verdict(.rejected, .entryFailed)
        case .unknownPath: Verdict(.notFound, .stageWaits)
        }
    }

    private static func body(_ problem: BodyProblem) -> Verdict {
        switch problem {
        case .html: Verdict(.htmlAnswer, .entryDeferred)
        case .notJSON: Verdict(.notJSON, .entryDeferred)
        case .malformed: Verdict(.malformed, .entryDeferred)
        case .truncated: Verdict(.truncated, .entryDeferred)
        case .tooLarge: Verdict(.tooLarge, .entryFailed)
        case .encrypted: Verdict(.encrypted, .entryFailed)
        }
    }

    private static func aboutService(_ verdict: Verdict) -> Verdict {
        switch verdict.scope {
        case .stageWaits, .stageStops: verdict
        case .entryDeferred: Verdict(verdict.code, .stageWaits)
        case .entryFailed: Verdict(verdict.code, verdict.code == .notFound ? .stageWaits : .stageStops)
        }
    }
}
