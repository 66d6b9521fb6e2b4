// A call that failed: the client's own words, and the remedy for this kind of trouble.

import Spool

extension Judgement {
    static func fault(_ check: String, _ fault: Fault, _ words: ServiceWords) -> Diagnosis {
        let message = "\(fault)"
        // Waiting is all there is to do where nothing is wrong here.
        if fault.scope == .stageStops, fault.code == .proxy {
            return .fail(check, .refused, message, remedy(fault, words))
        }
        return .fail(check, Ending.status(ofCode: fault.code), message, remedy(fault, words))
    }

    private static func remedy(_ fault: Fault, _ words: ServiceWords) -> String {
        let section = words.settings
        switch fault.code {
        case .dns, .connect: return "is \(words.urlKey) right, and does a firewall let this machine through?"
        case .tls: return "see \(section).ca_file, and \(section).client_certificate if the server asks for one"
        case .proxy: return "check \(section).proxy, \(section).proxy_user and \(section).proxy_password"
        case .timedOutBeforeSending, .timedOut, .connectionLost, .truncated:
            return "try again; if it stays, see what lies between here and \(words.name) (proxy, firewall, load)"
        case .unauthorized:
            return section == "joe"
                ? "put the key of Joe Sandbox's user settings (API key) into joe.api_key, or its file"
                : "put key and secret of TruSTAR's Station (Settings, API) into trustar.api_key and trustar.api_secret"
        case .forbidden: return "ask the administrator of \(words.name) what this key may do"
        case .licence: return "choose another joe.report_type, or ask Joe Security for a licence that has this one"
        case .quota: return "nothing here: wait until the quota is renewed, or buy more"
        case .rateLimited:
            let wait = fault.retryAfter.map { " (\(Amounts.span($0)))" } ?? ""
            return "nothing here: wait\(wait); does something else use the same key?"
        case .maintenance, .unavailable, .serverError:
            return "nothing here: the stages wait and go on by themselves; if it lasts, ask \(words.name)'s support"
        case .notFound, .notJSON, .htmlAnswer, .malformed, .redirect:
            return "check \(words.urlKey): \(words.example)"
        case .rejected, .tooLarge, .conflict, .encrypted:
            return "check \(words.urlKey) and the key; else ask \(words.name)'s support"
        case .local: return "check the files that \(section).ca_file, client_certificate and client_key name"
        case .cancelled: return "run doctor again"
        }
    }
}
