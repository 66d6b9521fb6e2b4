// TruSTAR: the key, the enclave and what may be done in it, the daily quota.

import Spool

extension Judgement {
    /// `GET /enclaves` needs a token first, so it tells about the key as well.
    static func truStarKey(_ enclaves: Result<[Enclave], Fault>) -> Diagnosis {
        let check = "trustar.key"
        switch enclaves {
        case .success(let all): return .ok(check, "accepted, sees \(Amounts.count(all.count, "enclave", "enclaves"))")
        case .failure(let fault): return self.fault(check, fault, .truStar)
        }
    }

    /// `id` nil: none is configured. `updates`: whether reports that are there are replaced.
    static func enclave(_ id: String?, _ all: [Enclave], updates: Bool) -> Diagnosis {
        let check = "trustar.enclave"
        guard let id else {
            return .fail(check, .configuration, "no enclave is configured", "set trustar.enclave_id; \(usable(all))")
        }
        guard let enclave = all.first(where: { $0.id.lowercased() == id.lowercased() }) else {
            return .fail(
                check, .configuration, "this key sees no enclave \(id)", "correct trustar.enclave_id; \(usable(all))")
        }
        let shown = "'\(enclave.name)' (\(enclave.type))"
        if enclave.type.uppercased() != "INTERNAL", !enclave.canCreate {
            return .fail(
                check, .refused, "\(shown) can only be read: reports go into an INTERNAL enclave of your own",
                "correct trustar.enclave_id; \(usable(all))")
        }
        let missing = [
            enclave.canCreate ? nil : "create", enclave.canUpdate || !updates ? nil : "update",
        ].compactMap(\.self)
        guard let first = missing.first else {
            return .ok(check, "\(shown), create\(enclave.canUpdate ? " and update" : "") granted")
        }
        let choice = missing == ["update"] ? "; or set trustar.on_existing to skip" : "; \(usable(all))"
        return .fail(
            check, .refused, "this key may not \(missing.joined(separator: " or ")) in \(shown)",
            "let the administrator of your company's TruSTAR grant '\(missing.count > 1 ? "create' and 'update" : first)' there\(choice)"
        )
    }

    private static func usable(_ all: [Enclave]) -> String {
        let names = all.filter { $0.canCreate && $0.canUpdate }.prefix(5).map { "\($0.id) ('\($0.name)')" }
        return names.isEmpty
            ? "this key may write to none: let the administrator of your company's TruSTAR make one"
            : "this key may write to \(names.joined(separator: ", "))"
    }

    static func truStarQuota(_ quotas: Result<[RequestQuota], Fault>, now: Timestamp) -> Diagnosis {
        let check = "trustar.quota"
        switch quotas {
        case .failure(let fault): return self.fault(check, fault, .truStar)
        case .success(let all):
            let tightest = all.max { share($0) < share($1) }
            guard let quota = tightest else { return .skip(check, "this account has none") }
            let reset = quota.nextReset.map { Timestamp(nanoseconds: 0) + .milliseconds($0) }
            let renewal = reset.map { ", renewed \(Amounts.distance($0, from: now))" } ?? ""
            let left = max(0, quota.limit - quota.used)
            let words = "\(left) of \(quota.limit) counted calls left\(renewal)"
            if left == 0 {
                return .fail(
                    check, .tryAgain, "the quota is used up: \(words)",
                    "nothing here: submit waits and goes on by itself; see what else uses this company's quota, or ask TruSTAR for more"
                )
            }
            guard share(quota) >= 0.9 else { return .ok(check, words) }
            return .warn(
                check, words,
                "look-ups and tags count: let other tools that use this company's quota wait, or ask TruSTAR for more")
        }
    }

    private static func share(_ quota: RequestQuota) -> Double {
        quota.limit > 0 ? Double(quota.used) / Double(quota.limit) : 1
    }
}
