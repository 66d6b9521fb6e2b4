// One entry as `list` shows it, to people and to programs.

import Spool

struct EntryRow {
    let place: EntryPlace
    /// Bytes of payload.
    let bytes: Int
    /// When it came into its state; in `deferred`: when it is due.
    let modified: Timestamp
    let tries: Tries?
    let envelope: Envelope?
    /// Why the envelope cannot be read.
    let damage: String?

    init(_ entry: ListedEntry, _ spool: SpoolStore, readEnvelope: Bool) {
        self.init(entry.place, size: entry.size, modified: entry.modified, spool, readEnvelope: readEnvelope)
    }

    init(_ place: EntryPlace, _ status: FileStatus, _ spool: SpoolStore) {
        let modified = Timestamp(nanoseconds: status.modified)
        self.init(place, size: status.size, modified: modified, spool, readEnvelope: true)
    }

    private init(_ place: EntryPlace, size: Int, modified: Timestamp, _ spool: SpoolStore, readEnvelope: Bool) {
        self.place = place
        self.modified = modified
        bytes = max(0, size - Envelope.size)
        switch place.state {
        case .failed, .deferred, .hold: tries = spool.tries(place.ref)
        case .ready, .active, .done, .exported: tries = nil
        }
        guard readEnvelope else {
            (envelope, damage) = (nil, nil)
            return
        }
        do throws(StoreError) {
            (envelope, damage) = (try spool.reader(place).envelope, nil)
        } catch {
            (envelope, damage) = (nil, error.message)
        }
    }

    private var state: EntryState { place.state }

    func json(_ now: Timestamp) -> JSONText {
        let id = place.ref.id
        var members: [JSONText.Member] = [
            .init("ref", place.ref.description), .init("id", id.description), .init("source", id.source),
            .init("webid", id.webid), .init("queue", place.ref.queue.description), .init("state", state.rawValue),
            .init("bytes", bytes),
        ]
        if state == .deferred {
            members.append(.init("due", modified.rfc3339))
        } else {
            members.append(.init("modified", modified.rfc3339))
            members.append(.init("age", Amounts.seconds(now.since(modified))))
        }
        if let tries { members += tries.members }
        if let envelope { members.append(.init("envelope", .object(envelope.members))) }
        if let damage { members.append(.init("damage", damage)) }
        return .object(members)
    }

    func cells(isLong: Bool, _ now: Timestamp) -> [String] {
        let age = state == .deferred ? "due \(due(now))" : Amounts.span(now.since(modified))
        var cells = [place.ref.description, state.rawValue, Amounts.size(bytes), age]
        if isLong {
            cells += [
                envelope?.time ?? "", envelope?.analysisid ?? "", (envelope?.sha256.prefix(12)).map(String.init) ?? "",
                envelope?.origin ?? "",
            ]
        }
        return cells + [damage.map { "damaged: \($0)" } ?? tries?.summary ?? ""]
    }

    private func due(_ now: Timestamp) -> String {
        modified <= now ? "now" : Amounts.distance(modified, from: now)
    }
}

extension Tries {
    /// `timeout: no answer within 30 s (3 tries)`
    var summary: String {
        let what = [code, error].compactMap(\.self).joined(separator: ": ")
        return count > 1 ? "\(what) (\(count) tries)" : what
    }

    /// The same names wherever tries appear.
    var members: [JSONText.Member] {
        [
            .init("code", code), .init("error", error), .init("tries", count),
            .init("crashes", crashes == 0 ? nil : crashes),
            .init("firstTry", first), .init("lastTry", last), .init("traceID", traceID),
        ]
    }
}

extension Envelope {
    /// As it stands in the file, without its digest of itself.
    var members: [JSONText.Member] {
        [
            .init("spool", spool), .init("id", id), .init("kind", kind.rawValue), .init("source", source),
            .init("webid", webid), .init("analysisid", analysisid), .init("run", run), .init("time", time),
            .init("created", created), .init("bytes", bytes), .init("sha256", sha256), .init("origin", origin),
            .init("parent", parent), .init("program", program),
        ]
    }
}
