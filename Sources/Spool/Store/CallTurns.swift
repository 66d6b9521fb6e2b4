// One pace for all processes on a spool that call the same destination, and one pause when it has said to wait: a small
// file per destination in `stages/`, changed under its lock.
//
// Its first line is when the next call may be made and when that was written, its second until when nobody calls at all,
// the kind of reason in a word, and the reason. Advisory: a file that is damaged or removed means that nobody has to wait,
// and so does a time further ahead than anybody may be asked to wait. What was written later than now was written before
// the clock was set back: its times are as far ahead as they were then.

import SystemPackage

/// Nobody calls a destination before that time.
package struct CallPause: Sendable, Equatable {
    package var until: Timestamp
    /// One word, as in `Fault.Code`.
    package var code: String
    package var reason: String

    package init(until: Timestamp, code: String, reason: String) {
        self.until = until
        self.code = code
        self.reason = reason
    }
}

/// What somebody who wants to call is told.
package enum CallTurn: Sendable, Equatable {
    /// The caller's own moment; it waits until then.
    case at(Timestamp)
    case paused(CallPause)
}

extension SpoolStore {
    /// The longest that anybody is asked to wait.
    private static let longestWait: Duration = .seconds(86_400)

    /// Reserves the next moment for a call to `destination`, at least `gap` after the one reserved last by any process: so
    /// there is no burst, whatever was left unused before. Reserves nothing while calls are paused.
    package func reserveCall(to destination: String, gap: Duration) throws(StoreError) -> CallTurn {
        try withTurns(destination) { turns in
            if let pause = turns.pause { return .paused(pause) }
            let slot = max(now(), turns.next)
            turns.next = slot + gap
            return .at(slot)
        }
    }

    /// Nobody calls `destination` for a while, not even whose moment was reserved. A pause that lasts longer stays.
    package func pauseCalls(to destination: String, _ pause: CallPause) throws(StoreError) {
        try withTurns(destination) { turns in
            if let standing = turns.pause, standing.until >= pause.until { return }
            turns.pause = pause
        }
    }

    /// Whether calls are paused just now.
    package func callPause(to destination: String) throws(StoreError) -> CallPause? {
        let path = layout.pace(destination)
        let bytes = try store { () throws(FileError) in try WholeFile.read(path, limit: Turns.size) }
        let turns = bytes.map { Turns($0, now: now()) }
        // Written anew, so that from now on the pause passes.
        if turns?.isSetBack == true { return try withTurns(destination) { $0.pause } }
        return turns?.pause
    }

    private func withTurns<Result>(_ destination: String, _ body: (inout Turns) -> Result) throws(StoreError) -> Result
    {
        let path = layout.pace(destination)
        return try store { () throws(FileError) in
            let file = try withReserve { () throws(FileError) in try OpenFile.record(path, .readWrite) }
            try file.lock()
            var turns = Turns(try file.bytes(limit: Turns.size), now: now())
            let result = body(&turns)
            let bytes = turns.bytes(at: now())
            try withReserve { () throws(FileError) in try file.write(bytes, at: 0) }
            withExtendedLifetime(file) {}
            return result
        }
    }

    /// The file's contents: always as many bytes, so that a shorter text leaves nothing of a longer one.
    private struct Turns {
        static let size = 512

        var next: Timestamp
        var pause: CallPause?
        /// The clock was ahead when this was written.
        let isSetBack: Bool

        init(_ bytes: [UInt8], now: Timestamp) {
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            let farthest = now + SpoolStore.longestWait
            let times = lines.first?.split(separator: " ").map { Timestamp(rfc3339: String($0)) } ?? []
            let written = times.count > 1 ? times[1] : nil
            let setBack = max(.zero, written?.since(now) ?? .zero)
            isSetBack = setBack > .zero
            next = (times.first ?? nil).map { $0 + (.zero - setBack) } ?? Timestamp(nanoseconds: 0)
            if next > farthest { next = now }
            guard lines.count > 1 else { return }
            let fields = lines[1].split(separator: " ", maxSplits: 2).map(String.init)
            guard fields.count == 3, let until = Timestamp(rfc3339: fields[0]).map({ $0 + (.zero - setBack) }),
                until > now,
                until <= farthest
            else { return }
            pause = CallPause(until: until, code: fields[1], reason: fields[2])
        }

        func bytes(at now: Timestamp) -> [UInt8] {
            var text = "\(next.rfc3339) \(now.rfc3339)\n"
            if let pause {
                let reason = pause.reason.split(whereSeparator: \.isNewline).joined(separator: " ")
                text += "\(pause.until.rfc3339) \(pause.code) \(reason.bounded(to: 400))\n"
            }
            let kept = Array(text.utf8.prefix(Self.size - 1))
            return kept + [UInt8](repeating: 0x20, count: Self.size - 1 - kept.count) + [0x0a]
        }
    }
}
