// What is not as it should be between the two sides of an air gap.

import Spool

extension Concern {
    /// Bundles that were refused or stay incomplete, numbers that are missing, and logs that cannot be read.
    static func transfer(_ spool: SpoolStore, _ now: Timestamp) throws -> [Concern] {
        let (arrived, sent) = (try spool.arrivedStatus(), try spool.sentStatus())
        return watched(spool.watchedBundles()) + gaps(arrived) + unreceipted(sent)
            + unread(arrived.compactMap(\.trouble) + sent.compactMap(\.trouble))
    }

    private static func unread(_ troubles: [String]) -> [Concern] {
        troubles.map {
            Concern(
                what: "a log of what crossed the gap cannot be read", why: $0,
                next: "'spoolctl verify' names all that is damaged; export and import of the other streams go on",
                needsAttention: true)
        }
    }

    private static func watched(_ bundles: [WatchedBundle]) -> [Concern] {
        bundles.compactMap { bundle in
            let since = Timestamp(rfc3339: bundle.since)
            switch bundle.state {
            case .arriving, .imported: return nil
            case .incomplete:
                return Concern(
                    what: "the bundle \(bundle.path) stays incomplete",
                    since: Timestamp(rfc3339: bundle.changed) ?? since,
                    why: bundle.reason,
                    next: "send it again, or remove it if it is not to come; the others are imported all the same",
                    needsAttention: true)
            case .refused:
                return Concern(
                    what: "the bundle \(bundle.path) was refused", since: since, why: bundle.reason,
                    next: "'spoolctl verify BUNDLE' shows all that is wrong; have it sent again, then remove this one",
                    needsAttention: true)
            }
        }
    }

    private static func gaps(_ streams: [ArrivedStatus]) -> [Concern] {
        streams.flatMap { status -> [Concern] in
            var concerns: [Concern] = []
            if !status.missing.isEmpty {
                concerns.append(
                    Concern(
                        what: "bundles of \(status.stream) are missing: \(status.missing)", since: nil,
                        why: "later ones have arrived",
                        next: "have the other side repeat each: 'spoolctl export --again NUMBER TARGET --to"
                            + " \(status.stream.destination)'; 'spoolctl transfer status' names them",
                        needsAttention: true))
            }
            if let number = status.twice.first {
                concerns.append(
                    Concern(
                        what: "number \(number) of \(status.stream) is known with two digests",
                        why: "the other spool may have been restored from a backup",
                        next: "compare both sides' 'spoolctl transfer status --json'", needsAttention: true))
            }
            return concerns
        }
    }

    private static func unreceipted(_ streams: [SentStatus]) -> [Concern] {
        streams.compactMap { status in
            guard !status.missing.isEmpty else { return nil }
            return Concern(
                what: "no receipt for \(NumberRanges(status.missing.map(\.number))) of '\(status.stream.destination)'",
                since: status.open.first?.time, why: "later bundles have one, so these may be lost",
                next: "'spoolctl export --again NUMBER TARGET --to \(status.stream.destination)' repeats one",
                needsAttention: true)
        }
    }
}
