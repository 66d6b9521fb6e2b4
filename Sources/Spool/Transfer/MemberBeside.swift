// Checking a bundle takes as long as its digests take. In a folder each entry is a file of its own, so that all cores can work on
// it; an archive is read from front to back.

/// An entry that can be read beside others.
struct MemberBeside: Sendable {
    let ref: EntryRef
    let member: BagMember
    let stream: ByteStream
}

extension BagReader {
    /// Reads and forgets them. What they turn out to be is noted in their order, and the first error in that order is thrown, as
    /// if they had been read one after the other.
    func readTogether(_ members: [MemberBeside], _ contents: inout BagContents) throws {
        let scanned = try Lanes.map(members.count, state: { Self.window }) { window, number in
            let next = members[number]
            return try scan(next.ref, next.member, &window) { try next.stream($0) }
        }
        for (next, scanned) in zip(members, scanned) { contents.note(next.ref, next.member, scanned) }
    }
}
