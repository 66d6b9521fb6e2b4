// What has been tried with an entry: advisory, as Postfix's `defer/`. Losing it restarts the count, nothing else.

import FoundationEssentials

package struct Tries: Sendable, Equatable, Codable {
    /// RFC 3339: the first try since birth or requeue, and the last.
    package var first: String
    package var last: String
    package var count = 0
    /// Workers that died on this entry.
    package var crashes = 0
    /// The last error: its code (`Fault.Code`, or the stage's own), the sentence, and TruSTAR's name for the exchange.
    package var code: String?
    package var error: String?
    package var traceID: String?

    package init(at time: Timestamp) {
        first = time.rfc3339
        last = first
    }

    package var firstTime: Timestamp? { Timestamp(rfc3339: first) }
}

extension SpoolStore {
    /// nil when there is none, or it cannot be read.
    package func tries(_ ref: EntryRef) -> Tries? {
        // Advisory: a record that cannot be read counts as lost.
        guard let bytes = try? WholeFile.read(layout.tries(ref), limit: 64 << 10) else { return nil }
        return try? JSONDecoder().decode(Tries.self, from: Data(bytes))
    }

    /// Counts a try that failed.
    @discardableResult
    package func noteTry(_ ref: EntryRef, code: String, error: String, traceID: String? = nil, crash: Bool = false)
        -> Tries
    {
        var tries = tries(ref) ?? Tries(at: now())
        tries.last = now().rfc3339
        tries.count += 1
        if crash { tries.crashes += 1 }
        tries.code = code
        tries.error = String(error.prefix(2000))
        tries.traceID = traceID
        keep(tries, for: ref)
        return tries
    }

    package func forgetTries(_ ref: EntryRef) {
        // Advisory, and usually there is none.
        try? Kernel.unlink(layout.tries(ref))
    }

    private func keep(_ tries: Tries, for ref: EntryRef) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Advisory: without room for it the count starts again.
        guard let data = try? encoder.encode(tries) else { return }
        try? WholeFile.replace(layout.tries(ref), with: Array(data) + [0x0a])
    }
}
