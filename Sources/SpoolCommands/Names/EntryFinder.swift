// From what a user typed to an entry: a ref (`inbox/joe-752112`, `inbox/752112`), an id (`joe-752112`), a webid (`752112`).
//
// Looking is generous: the one furthest along. Acting is not: if two queues hold it outside `done`, the user says which.

package import Spool

package struct EntryFinder {
    private let spool: SpoolStore
    private let sources: [String]

    /// Sources are those with a ledger, and the configured one.
    package init(_ spool: SpoolStore, source: String?) throws {
        self.spool = spool
        let ledgers = try Folder.names(spool.layout.ledgers).filter(EntryID.isSource)
        sources = Set(ledgers + [source ?? "joe"]).sorted()
    }

    /// Where the entry lies that is meant, the one furthest along.
    package func look(_ name: String) throws -> EntryPlace {
        let places = try places(name)
        guard let place = places.first else { throw Self.missing(name) }
        return place
    }

    /// The analysis that is meant, even if nothing of it is in the spool any more.
    package func id(_ name: String) throws -> EntryID {
        let (_, ids) = try readings(name)
        let known = try ids.filter { try !spool.places(of: $0).isEmpty }
        if known.count > 1 { throw Self.ambiguous(name, known.map(\.description)) }
        if let id = known.first { return id }
        let remembered = try ids.filter { try spool.ledgerEntry($0) != nil || !spool.history(of: $0).isEmpty }
        guard let id = remembered.first else { throw Self.missing(name) }
        return id
    }

    /// The entry that a verb is to change.
    package func act(_ name: String) throws -> EntryPlace {
        let places = try places(name)
        let live = places.filter(\.state.isLive)
        let refs = Set(live.map(\.ref)).sorted()
        if refs.count > 1 { throw Self.ambiguous(name, refs.map(\.description)) }
        guard let place = live.first ?? places.first else { throw Self.missing(name) }
        return place
    }

    private func places(_ name: String) throws -> [EntryPlace] {
        let (queue, ids) = try readings(name)
        var found: [(id: EntryID, places: [EntryPlace])] = []
        for id in ids {
            let places = try queue.map { try spool.places(of: EntryRef($0, id)) } ?? spool.places(of: id)
            if !places.isEmpty { found.append((id, places)) }
        }
        if found.count > 1 { throw Self.ambiguous(name, found.map { $0.places[0].ref.description }) }
        return found.first?.places ?? []
    }

    /// What the text may mean. A UUID as webid (`7a33144f-aef3-…`) reads like an id too.
    private func readings(_ name: String) throws -> (QueueName?, [EntryID]) {
        var text = name
        var queue: QueueName?
        if let slash = name.firstIndex(of: "/") {
            queue = QueueName(String(name[..<slash]))
            text = String(name[name.index(after: slash)...])
            guard queue != nil else { throw Self.unreadable(name) }
            if let queue, try !spool.queues().contains(queue) {
                throw CommandFailure(.missing, "no entry \(name): the spool has no queue '\(queue)'")
            }
        }
        let ids = [EntryID(text)].compactMap(\.self) + sources.compactMap { EntryID(source: $0, webid: text) }
        guard !ids.isEmpty else { throw Self.unreadable(name) }
        return (queue, ids)
    }

    private static func unreadable(_ name: String) -> CommandFailure {
        CommandFailure(
            .usage, "'\(name)' names no entry; give a ref (inbox/joe-752112), an id (joe-752112) or a webid (752112)")
    }

    private static func missing(_ name: String) -> CommandFailure {
        CommandFailure(
            .missing, "no entry \(name); 'spoolctl list' shows those that there are, 'spoolctl why' what became of one")
    }

    private static func ambiguous(_ name: String, _ refs: [String]) -> CommandFailure {
        CommandFailure(.usage, "'\(name)' may mean \(refs.joined(separator: " or ")); say which")
    }
}
