// What has been tried with an entry: advisory, as Postfix's `defer/`. Losing it restarts the count, nothing else.
//
// What is no record of ours but lies in its place (a folder, a link) is left alone and must not keep the count from rising, or
// what kills its workers would do so for ever: then the record lies beside it.

import FoundationEssentials
import SystemPackage

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

    /// The clock has jumped since, or nobody worked for longer than any honest wait: time in which nothing was tried does
    /// not count against the entry.
    func isOfAnotherClock(_ now: Timestamp) -> Bool {
        guard let firstTime, let lastTime = Timestamp(rfc3339: last) else { return true }
        return firstTime > now || lastTime > now || now.since(lastTime) > SpoolStore.farthestDue
    }

    /// Whose record is called so; nil if none of ours is.
    static func id(fileName: String) -> EntryID? {
        for suffix in [SpoolLayout.besideSuffix, ".json"] where fileName.hasSuffix(suffix) {
            return EntryID(String(fileName.dropLast(suffix.utf8.count)))
        }
        return nil
    }

    /// One more; whatever the file said.
    static func next(_ count: Int) -> Int { min(max(0, count), 1_000_000) + 1 }
}

extension String {
    /// At most so many bytes, so that records stay small whatever the other side sent.
    func bounded(to limit: Int) -> String {
        utf8.count <= limit ? self : String(decoding: utf8.prefix(limit), as: UTF8.self)
    }
}

extension SpoolStore {
    /// nil when there is none, or it cannot be read.
    package func tries(_ ref: EntryRef) -> Tries? {
        // Advisory: a record that cannot be read counts as lost.
        guard let bytes = try? readTries(ref) else { return nil }
        return try? JSONDecoder().decode(Tries.self, from: Data(bytes))
    }

    /// Counts a try that failed.
    @discardableResult
    package func noteTry(_ ref: EntryRef, code: String, error: String, traceID: String? = nil, crash: Bool = false)
        -> Tries
    {
        let tries = tries(ref, after: TryTrouble(code: code, error: error, traceID: traceID, crash: crash))
        keep(tries, for: ref)
        return tries
    }

    struct TryTrouble {
        var code: String
        var error: String
        var traceID: String?
        var crash = false
    }

    /// What the record says when this one is counted.
    func tries(_ ref: EntryRef, after trouble: TryTrouble) -> Tries {
        let now = now()
        var tries = tries(ref) ?? Tries(at: now)
        if tries.isOfAnotherClock(now) { tries.first = now.rfc3339 }
        tries.last = now.rfc3339
        tries.count = Tries.next(tries.count)
        if trouble.crash { tries.crashes = Tries.next(tries.crashes) }
        tries.code = trouble.code.bounded(to: 200)
        tries.error = trouble.error.bounded(to: 2000)
        tries.traceID = trouble.traceID?.bounded(to: 200)
        return tries
    }

    private func readTries(_ ref: EntryRef) throws(FileError) -> [UInt8]? {
        do throws(FileError) {
            return try WholeFile.read(layout.tries(ref), limit: 64 << 10)
        } catch  where error.errno == .illegalSeek || error.errno == .tooManySymbolicLinkLevels {
            return try WholeFile.read(layout.triesBeside(ref), limit: 64 << 10)
        }
    }

    package func forgetTries(_ ref: EntryRef) {
        // Advisory, and usually there is none.
        guard let status = try? Kernel.status(layout.tries(ref)) else { return }
        try? Kernel.unlink(status.kind == .regular ? layout.tries(ref) : layout.triesBeside(ref))
    }

    func keep(_ tries: Tries, for ref: EntryRef) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Advisory: without room for it the count starts again.
        guard let data = try? encoder.encode(tries) else { return }
        let kind = (try? Kernel.status(layout.tries(ref)))?.kind ?? .regular
        let path = kind == .regular ? layout.tries(ref) : layout.triesBeside(ref)
        try? WholeFile.replace(path, with: Array(data) + [0x0a], in: layout.temporary(ref.queue))
    }
}
