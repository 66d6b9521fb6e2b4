// What a verb did with several entries: each by itself, none stopping the others, and one number for all of them.

/// Runs one step per object, says what failed at once, and knows how it all ends.
struct Tally {
    private let talk: OutputStream
    private var done = 0
    private var failures: [EndStatus] = []

    init(_ talk: OutputStream) {
        self.talk = talk
    }

    mutating func attempt(_ body: () throws -> Void) throws {
        do {
            try body()
            done += 1
        } catch let error as ReaderGone {
            throw error
        } catch {
            let ending = Ending(error)
            failures.append(ending.status)
            for line in ending.lines { try talk.line(line) }
        }
    }

    /// Nothing failed: nothing happens. All failed in the same way: that status. Otherwise: 1.
    func end() throws {
        guard let first = failures.first else { return }
        throw done == 0 && failures.allSatisfy { $0 == first } ? first : EndStatus.partial
    }
}
