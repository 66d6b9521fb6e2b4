// What a message about a failed call needs to know of it, and the messages themselves: what failed, on what, why, and
// what to do. One line each, without secrets, URLs without query.

import NIOHTTP1

/// One call, as the user thinks of it.
package struct Call: Sendable {
    /// Names of the configuration's keys that a remedy may point at.
    package struct Keys: Sendable {
        /// The service's name for people, e.g. `Joe Sandbox`.
        package var service: String
        package var url: String
        package var secret: String
        package var ca: String
        package var proxy: String

        package init(service: String, url: String, secret: String, ca: String, proxy: String) {
            self.service = service
            self.url = url
            self.secret = secret
            self.ca = ca
            self.proxy = proxy
        }
    }

    /// E.g. `download of analysis 752112`.
    package var what: String
    package var endpoint: Endpoint
    package var subject: OutcomeTable.Subject
    package var keys: Keys
    package var redactor: Redactor

    package init(
        _ what: String, _ endpoint: Endpoint, about subject: OutcomeTable.Subject, keys: Keys, redactor: Redactor
    ) {
        self.what = what
        self.endpoint = endpoint
        self.subject = subject
        self.keys = keys
        self.redactor = redactor
    }

    /// A fault whose `why` is known already.
    package func fault(_ trouble: OutcomeTable.Trouble, _ why: String) -> Fault {
        let verdict = OutcomeTable.verdict(trouble, about: subject)
        return Fault(verdict.code, verdict.scope, message(why))
    }

    package func fault(_ failure: TransportFailure) -> Fault {
        fault(.transport(failure.kind, requestSent: failure.requestSent), words(failure))
    }

    package func fault(_ problem: OutcomeTable.BodyProblem, status: Int, detail: String = "") -> Fault {
        var fault = fault(.body(problem), words(problem, detail: detail))
        fault.status = status
        return fault
    }

    /// A fault from an answer that is no success. `said` is what the vendor's error body says.
    package func fault(_ answer: SmallAnswer, reason: OutcomeTable.Reason? = nil, said: String?) -> Fault {
        let trouble = reason.map(OutcomeTable.Trouble.reason) ?? .status(answer.status, isHTML: answer.isHTML)
        let verdict = OutcomeTable.verdict(trouble, about: subject)
        var fault = Fault(
            verdict.code, verdict.scope, message(words(verdict, answer, said: said)), status: answer.status)
        fault.retryAfter = RetryAfter.parse(answer.headers)
        return fault
    }

    private func message(_ why: String) -> String { "\(what) at \(endpoint): \(why)" }

    private func words(_ failure: TransportFailure) -> String {
        let detail = redactor.clean(failure.detail)
        func saying(_ words: String) -> String { detail.isEmpty ? words : "\(words): \(detail)" }
        return switch failure.kind {
        case .resolve: saying("no such host") + "; is \(keys.url) right, and does DNS work here?"
        case .connect: saying("cannot connect") + "; is \(keys.url) right?"
        case .tls:
            saying("no trusted connection")
                + "; if the service has a certificate authority of your own, name its file in \(keys.ca)"
        case .proxy:
            saying("the proxy does not let us through")
                + "; are \(keys.proxy), \(keys.proxy)_user and \(keys.proxy)_password right?"
        case .proxyCredentials: "the proxy wants other credentials; check \(keys.proxy)_user and \(keys.proxy)_password"
        case .timedOut: saying(failure.requestSent ? "no answer in time" : "no connection in time")
        case .connectionLost: saying("the connection was lost")
        case .cutShort: saying("the answer was cut short")
        case .inflation: "the answer inflates to far more than it should, which looks like an attack; it was dropped"
        case .garbled: saying("the answer cannot be read")
        case .cancelled: "stopped before the answer was complete"
        case .unusable: saying("the request cannot be sent") + "; check \(keys.url) and \(keys.secret)"
        }
    }

    private func words(_ problem: OutcomeTable.BodyProblem, detail: String) -> String {
        let detail = redactor.clean(detail)
        func saying(_ words: String) -> String { detail.isEmpty ? words : "\(words): \(detail)" }
        return switch problem {
        case .html: htmlWords
        case .notJSON: saying("the answer is not JSON") + "; is \(keys.url) right?"
        case .malformed: saying("the answer is not what \(keys.service) should send")
        case .truncated: saying("the answer was cut short")
        case .tooLarge: saying("the answer is larger than is allowed")
        case .encrypted: saying("the analysis is encrypted: \(keys.service) sends a zip archive instead of a report")
        }
    }

    private var htmlWords: String {
        "got an HTML page from \(endpoint.authority) instead of an answer; is \(keys.url) right?"
    }

    private func words(_ verdict: OutcomeTable.Verdict, _ answer: SmallAnswer, said: String?) -> String {
        let quote = said.map { redactor.clean($0) }.flatMap { $0.isEmpty ? nil : $0 }
        func saying(_ words: String) -> String { quote.map { "\(words): \"\($0)\"" } ?? words }
        return switch verdict.code {
        case .unauthorized: saying("\(keys.service) does not accept the credentials") + "; check \(keys.secret)"
        case .forbidden: saying("\(keys.service) refuses permission") + "; what rights does this key have?"
        case .licence: saying("not part of the licence of this key")
        case .quota: saying("the quota is used up")
        case .maintenance: saying("\(keys.service) is under maintenance")
        case .rateLimited: saying("too many calls")
        case .unavailable: saying("\(keys.service) is not available now")
        case .serverError: saying("an error inside \(keys.service)")
        case .redirect: redirectWords(answer)
        case .htmlAnswer: htmlWords
        case .proxy: "the proxy wants other credentials; check \(keys.proxy)_user and \(keys.proxy)_password"
        case .notFound where verdict.scope == .stageWaits:
            saying("there is no such service") + "; is \(keys.url) right?"
        case .notFound: saying("not found")
        case .timedOut: saying("\(keys.service) gave up waiting")
        case .conflict: saying("conflict with what is there")
        case .tooLarge: saying("\(keys.service) finds it too large")
        case .rejected: saying("refused")
        case .dns, .connect, .tls, .timedOutBeforeSending, .connectionLost, .truncated, .encrypted, .notJSON,
            .malformed, .local,
            .cancelled:
            saying("unexpected answer")
        }
    }

    private func redirectWords(_ answer: SmallAnswer) -> String {
        let target = answer.headers.first(name: "Location").map { RemoteURL.shown(redactor.clean($0, limit: 2_000)) }
        return "redirected to \(target ?? "somewhere else"), which is not followed; is \(keys.url) right?"
    }
}
