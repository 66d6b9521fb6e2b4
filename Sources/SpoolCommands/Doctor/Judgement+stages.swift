// The stages, by what their records say: which waits, since when, why; and which has not been seen.

import Spool

extension Judgement {
    /// `interval` is how often it should look.
    static func stage(_ record: StageRecord, interval: Duration, now: Timestamp) -> Diagnosis {
        let check = "stage.\(record.stage)"
        guard let since = record.waitingSince.flatMap({ Timestamp(rfc3339: $0) }) else {
            return idle(record, check, interval, now)
        }
        let why = [record.code, record.reason].compactMap(\.self).joined(separator: ": ")
        let age = Amounts.span(now.since(since))
        guard let until = record.waitingUntil.flatMap({ Timestamp(rfc3339: $0) }) else {
            return .fail(
                check, stopStatus(record.code), "stopped \(age) ago: \(why)",
                "mend the cause (the lines below show whether it is still there), then start it again: spoolctl \(record.stage)"
            )
        }
        if now.since(until) > patience {
            return .warn(
                check, "waited until \(Amounts.time(until)) and did not go on since: \(why)",
                "is it still running? start it: spoolctl run")
        }
        return .warn(
            check, "waits since \(age): \(why)", "nothing: it tries again \(Amounts.distance(until, from: now))")
    }

    private static let patience = Duration.seconds(3600)

    private static func idle(_ record: StageRecord, _ check: String, _ interval: Duration, _ now: Timestamp)
        -> Diagnosis
    {
        guard let last = record.lastPass.flatMap({ Timestamp(rfc3339: $0) }) else {
            return .ok(check, "has not run yet")
        }
        let success = record.lastSuccess.flatMap { Timestamp(rfc3339: $0) }.map { Amounts.distance($0, from: now) }
        let words = "last pass \(Amounts.distance(last, from: now)), last success \(success ?? "never")"
        guard now.since(last) > max(patience, interval * 3) else { return .ok(check, words) }
        return .warn(check, "\(words): it does not run", "start it: spoolctl run, or its own service or cron line")
    }

    /// Stopped for good: refused, whatever the code would say of a single entry.
    private static func stopStatus(_ code: String?) -> EndStatus {
        let status = code.flatMap { Fault.Code(rawValue: $0) }.map { Ending.status(ofCode: $0) }
        return status == .io ? .io : .refused
    }
}
