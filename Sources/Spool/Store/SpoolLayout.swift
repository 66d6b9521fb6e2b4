// Paths of a spool, in one place (docs/SPOOL.md shows the tree).

package import SystemPackage

package struct SpoolLayout: Sendable, Hashable {
    package let root: FilePath

    package init(root: FilePath) {
        self.root = root.lexicallyNormalized()
    }

    package var format: FilePath { root.appending("format") }
    package var reserve: FilePath { root.appending("reserve") }
    package var ledgers: FilePath { root.appending("ledger") }
    package var journal: FilePath { root.appending("journal") }
    package var stages: FilePath { root.appending("stages") }
    package var transfer: FilePath { root.appending("transfer") }

    package func ledger(_ source: String) -> FilePath { ledgers.appending(source) }
    /// Says that this ledger was begun: if it is missing then, it is lost.
    package func ledgerMark(_ source: String) -> FilePath { stages.appending(Self.ledgerMarkPrefix + source) }
    static let ledgerMarkPrefix = "ledger-"
    package func journal(_ day: UTCDay) -> FilePath { journal.appending("\(day.monthName).jsonl") }

    /// Pacing of a destination; its name may hold anything, the file's name may not.
    package func pace(_ destination: String) -> FilePath {
        let bytes = destination.utf8.prefix(100).map { byte in
            let isPlain =
                (0x61...0x7a).contains(byte) || (0x41...0x5a).contains(byte) || (0x30...0x39).contains(byte)
                || byte == 0x2d || byte == 0x2e
            return isPlain ? byte : UInt8(ascii: "_")
        }
        return stages.appending("pace-" + String(decoding: bytes, as: UTF8.self))
    }

    package func queue(_ queue: QueueName) -> FilePath { root.appending(queue.description) }
    package func temporary(_ queue: QueueName) -> FilePath { self.queue(queue).appending("tmp") }
    package func tries(_ queue: QueueName) -> FilePath { self.queue(queue).appending("tries") }
    package func tries(_ ref: EntryRef) -> FilePath { tries(ref.queue).appending("\(ref.id).json") }

    /// The folder of a state; `done` has one more level, by day.
    package func folder(_ queue: QueueName, _ state: EntryState, day: UTCDay? = nil) -> FilePath {
        let folder = self.queue(queue).appending(state.rawValue)
        return if let day { folder.appending(day.name) } else { folder }
    }

    package func folder(of place: EntryPlace) -> FilePath { folder(place.ref.queue, place.state, day: place.day) }
    package func entry(_ place: EntryPlace) -> FilePath { folder(of: place).appending(place.ref.id.fileName) }

    /// All folders that `init` makes, parents first.
    package var folders: [FilePath] {
        [root] + [QueueName.inbox, .outbox].flatMap(folders) + [ledgers, journal, stages, transfer]
    }

    package func folders(_ queue: QueueName) -> [FilePath] {
        [self.queue(queue), temporary(queue)] + EntryState.allCases.map { folder(queue, $0) } + [tries(queue)]
    }
}
