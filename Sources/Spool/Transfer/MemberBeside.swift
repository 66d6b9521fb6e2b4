// Checking a bundle takes as long as its digests take. In a folder each entry is a file of its own, so that all cores can work on
// it; an archive is read from front to back.

import Dispatch
import NIOCore
import Synchronization

/// An entry that can be read beside others.
struct MemberBeside: Sendable {
    /// So many files are open at a time.
    static let batch = 32

    let ref: EntryRef
    let member: BagMember
    let stream: ByteStream
}

extension BagReader {
    /// Reads and forgets them. What they turn out to be is noted in their order, and the first error in that order is thrown, as
    /// if they had been read one after the other.
    func readTogether(_ members: inout [MemberBeside], _ contents: inout BagContents) throws {
        guard !members.isEmpty else { return }
        let waiting = members
        members = []
        let taken = Atomic(0)
        let scanned = Mutex<[Int: Result<ScannedEntry, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: min(waiting.count, System.coreCount)) { _ in
            var window = Self.window
            while true {
                let index = taken.add(1, ordering: .relaxed).oldValue
                guard waiting.indices.contains(index) else { return }
                let next = waiting[index]
                let result = Result { try scan(next.ref, next.member, &window) { try next.stream($0) } }
                scanned.withLock { $0[index] = result }
            }
        }
        let results = scanned.withLock { $0 }
        for (index, next) in waiting.enumerated() {
            if let result = results[index] { contents.note(next.ref, next.member, try result.get()) }
        }
    }
}
