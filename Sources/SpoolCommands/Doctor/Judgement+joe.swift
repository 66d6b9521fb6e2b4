// Joe Sandbox: in operation, the key, what it may fetch, what is left of its quota.

import Spool

extension Judgement {
    /// `server/online`. A key that it refuses is the next line's matter.
    static func joeService(_ online: Result<Bool, Fault>) -> Diagnosis {
        let check = "joe.service"
        switch online {
        case .success(true): return .ok(check, "in operation")
        case .success(false):
            return .fail(
                check, .unavailable, "Joe Sandbox is under maintenance",
                "nothing here: fetch waits and goes on by itself; if it lasts, ask Joe Sandbox's support")
        case .failure(let fault) where fault.code == .unauthorized: return .ok(check, "answers")
        case .failure(let fault): return self.fault(check, fault, .joe)
        }
    }

    /// `account/info`; appliances do not have it, there the list of analyses must do.
    static func joeKey(_ account: Result<JoeAccount, Fault>, list: Result<AnalysisPage, Fault>) -> Diagnosis {
        let check = "joe.key"
        switch (account, list) {
        case (.success(let account), .success):
            return .ok(check, "accepted" + (account.type.map { ", account '\($0)'" } ?? ""))
        case (.failure(let fault), .success) where fault.code != .unauthorized: return .ok(check, "accepted")
        case (.failure(let fault), _) where fault.code == .unauthorized: return self.fault(check, fault, .joe)
        case (_, .failure(let fault)): return self.fault(check, fault, .joe)
        case (.failure(let fault), .success): return self.fault(check, fault, .joe)
        }
    }

    /// Whether this key may fetch the report type that is configured.
    enum TypeFact: Sendable, Equatable {
        case allowed
        /// And which others it may fetch.
        case denied(others: [String])
        /// There is nothing to try it with.
        case unknown(String)
        case fault(Fault)
    }

    static func joeReportType(_ type: String, _ fact: TypeFact) -> Diagnosis {
        let check = "joe.report_type"
        switch fact {
        case .allowed: return .ok(check, "\(type) can be fetched")
        case .denied(let others):
            let remedy =
                others.first.map {
                    "set joe.report_type to one that it has (\(others.joined(separator: ", "))), e.g. \($0)"
                }
                ?? "ask Joe Security for a licence that has JSON reports"
            return .fail(check, .refused, "\(type) is not part of this key's licence (code 7)", remedy)
        case .unknown(let why): return .skip(check, why)
        case .fault(let fault): return self.fault(check, fault, .joe)
        }
    }

    /// Joe Sandbox counts submissions only, and this program makes none.
    static func joeQuota(_ account: JoeAccount) -> Diagnosis {
        let check = "joe.quota"
        let parts = [("day", account.daily), ("month", account.monthly)].compactMap { name, quota in
            quota?.remaining.map { left in "\(left)\(quota?.limit.map { " of \($0)" } ?? "") this \(name)" }
        }
        guard !parts.isEmpty else { return .skip(check, "this account has none") }
        return .ok(check, "submissions left: \(parts.joined(separator: ", ")); spoolctl uses none")
    }
}
