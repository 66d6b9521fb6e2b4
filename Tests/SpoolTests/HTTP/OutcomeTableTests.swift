// The table, line by line: what went wrong, what it is called, what a stage does about it, for one entry and for the
// service as a whole.

import Spool
import Testing

struct OutcomeTableTests {
    struct Line: Sendable, CustomTestStringConvertible {
        var trouble: OutcomeTable.Trouble
        var code: Fault.Code
        var entry: Fault.Scope
        var service: Fault.Scope

        var testDescription: String { "\(trouble)" }
    }

    static func line(
        _ trouble: OutcomeTable.Trouble, _ code: Fault.Code, _ entry: Fault.Scope, _ service: Fault.Scope
    ) -> Line {
        Line(trouble: trouble, code: code, entry: entry, service: service)
    }

    static func sent(_ kind: TransportFailure.Kind) -> OutcomeTable.Trouble { .transport(kind, requestSent: true) }
    static func unsent(_ kind: TransportFailure.Kind) -> OutcomeTable.Trouble { .transport(kind, requestSent: false) }
    static func status(_ status: Int) -> OutcomeTable.Trouble { .status(status, isHTML: false) }
    static func page(_ status: Int) -> OutcomeTable.Trouble { .status(status, isHTML: true) }

    static let transport: [Line] = [
        line(unsent(.resolve), .dns, .stageWaits, .stageWaits),
        line(unsent(.connect), .connect, .stageWaits, .stageWaits),
        line(unsent(.tls), .tls, .stageWaits, .stageWaits),
        line(sent(.tls), .tls, .stageWaits, .stageWaits),
        line(unsent(.proxy), .proxy, .stageWaits, .stageWaits),
        line(unsent(.proxyCredentials), .proxy, .stageStops, .stageStops),
        line(unsent(.timedOut), .timedOutBeforeSending, .stageWaits, .stageWaits),
        line(sent(.timedOut), .timedOut, .entryDeferred, .stageWaits),
        line(unsent(.connectionLost), .connect, .stageWaits, .stageWaits),
        line(sent(.connectionLost), .connectionLost, .entryDeferred, .stageWaits),
        line(sent(.cutShort), .truncated, .entryDeferred, .stageWaits),
        line(sent(.inflation), .tooLarge, .entryFailed, .stageStops),
        line(sent(.garbled), .malformed, .entryDeferred, .stageWaits),
        line(sent(.cancelled), .cancelled, .entryDeferred, .stageWaits),
        line(unsent(.unusable), .local, .stageStops, .stageStops),
    ]

    static let statuses: [Line] = [
        line(status(101), .malformed, .entryDeferred, .stageWaits),
        line(status(204), .malformed, .entryDeferred, .stageWaits),
        line(status(301), .redirect, .stageWaits, .stageWaits),
        line(status(302), .redirect, .stageWaits, .stageWaits),
        line(status(307), .redirect, .stageWaits, .stageWaits),
        line(status(400), .rejected, .entryFailed, .stageStops),
        line(status(401), .unauthorized, .stageStops, .stageStops),
        line(status(403), .forbidden, .stageStops, .stageStops),
        line(status(404), .notFound, .entryFailed, .stageWaits),
        line(status(407), .proxy, .stageStops, .stageStops),
        line(status(408), .timedOut, .entryDeferred, .stageWaits),
        line(status(409), .conflict, .entryFailed, .stageStops),
        line(status(410), .notFound, .entryFailed, .stageWaits),
        line(status(413), .tooLarge, .entryFailed, .stageStops),
        line(status(422), .rejected, .entryFailed, .stageStops),
        line(status(425), .timedOut, .entryDeferred, .stageWaits),
        line(status(429), .rateLimited, .stageWaits, .stageWaits),
        line(status(500), .serverError, .entryDeferred, .stageWaits),
        line(status(502), .serverError, .entryDeferred, .stageWaits),
        line(status(503), .unavailable, .stageWaits, .stageWaits),
        line(status(504), .serverError, .entryDeferred, .stageWaits),
        line(status(599), .serverError, .entryDeferred, .stageWaits),
    ]

    /// A page says "wrong place", unless the status is about the service in any words.
    static let pages: [Line] = [
        line(page(200), .htmlAnswer, .entryDeferred, .stageWaits),
        line(page(302), .redirect, .stageWaits, .stageWaits),
        line(page(400), .htmlAnswer, .entryDeferred, .stageWaits),
        line(page(401), .unauthorized, .stageStops, .stageStops),
        line(page(403), .htmlAnswer, .entryDeferred, .stageWaits),
        line(page(404), .htmlAnswer, .entryDeferred, .stageWaits),
        line(page(429), .rateLimited, .stageWaits, .stageWaits),
        line(page(502), .serverError, .entryDeferred, .stageWaits),
        line(page(503), .unavailable, .stageWaits, .stageWaits),
    ]

    static let reasons: [Line] = [
        line(.reason(.quota), .quota, .stageWaits, .stageWaits),
        line(.reason(.invalid), .rejected, .entryFailed, .stageStops),
        line(.reason(.credentials), .unauthorized, .stageStops, .stageStops),
        line(.reason(.maintenance), .maintenance, .stageWaits, .stageWaits),
        line(.reason(.internalError), .serverError, .entryDeferred, .stageWaits),
        line(.reason(.licence), .licence, .stageStops, .stageStops),
        line(.reason(.unknownPath), .notFound, .stageWaits, .stageWaits),
    ]

    static let bodies: [Line] = [
        line(.body(.html), .htmlAnswer, .entryDeferred, .stageWaits),
        line(.body(.notJSON), .notJSON, .entryDeferred, .stageWaits),
        line(.body(.malformed), .malformed, .entryDeferred, .stageWaits),
        line(.body(.truncated), .truncated, .entryDeferred, .stageWaits),
        line(.body(.tooLarge), .tooLarge, .entryFailed, .stageStops),
        line(.body(.encrypted), .encrypted, .entryFailed, .stageStops),
    ]

    @Test(arguments: transport + statuses + pages + reasons + bodies)
    func `each kind of trouble has its name and its consequence`(line: Line) {
        #expect(OutcomeTable.verdict(line.trouble, about: .entry) == .init(line.code, line.entry))
        #expect(OutcomeTable.verdict(line.trouble, about: .service) == .init(line.code, line.service))
    }

    @Test func `the table has a line for every kind there is`() {
        let kinds = Set(
            Self.transport.compactMap { if case .transport(let kind, _) = $0.trouble { kind } else { nil } })
        #expect(kinds == Set(TransportFailure.Kind.allCases))
        #expect(Self.reasons.count == OutcomeTable.Reason.allCases.count)
        #expect(Self.bodies.count == OutcomeTable.BodyProblem.allCases.count)
    }

    @Test func `what is not about an entry never blames an entry`() {
        for status in 100..<600 {
            for isHTML in [true, false] {
                let verdict = OutcomeTable.verdict(.status(status, isHTML: isHTML), about: .service)
                #expect(verdict.scope == .stageWaits || verdict.scope == .stageStops)
            }
        }
    }
}
