// A spool of a test's own, with a clock that the test sets.

package import Spool
package import SystemPackage

/// Hands `body` a new spool and its clock, and removes it afterwards.
package func withSpool<Result>(
    at time: Timestamp = TestClock.start, _ body: (SpoolStore, TestClock) throws -> Result
) throws -> Result {
    try withTemporaryFolder { folder in
        let clock = TestClock(time)
        return try body(try makeSpool(in: folder, clock), clock)
    }
}

package func withSpool<Result>(
    at time: Timestamp = TestClock.start, _ body: (SpoolStore, TestClock) async throws -> Result
) async throws -> Result {
    try await withTemporaryFolder { folder in
        let clock = TestClock(time)
        return try await body(try makeSpool(in: folder, clock), clock)
    }
}

/// A new spool in `folder`, at `folder/spool`.
package func makeSpool(in folder: FilePath, _ clock: TestClock) throws(StoreError) -> SpoolStore {
    try SpoolStore.create(at: folder.appending("spool"), program: "test", now: clock.now)
}

extension SpoolStore {
    /// An id of the source `joe`.
    package static func id(_ webid: String) -> EntryID {
        guard let id = EntryID(source: "joe", webid: webid) else { preconditionFailure("'\(webid)' is no webid") }
        return id
    }

    /// Gives birth to an entry, and says what it is called.
    @discardableResult
    package func give(
        _ webid: String, _ queue: QueueName = .inbox, payload: String = "{}", parent: String? = nil,
        deferredUntil due: Timestamp? = nil
    ) throws(StoreError) -> EntryRef {
        let ref = EntryRef(queue, Self.id(webid))
        let envelope = Envelope(
            id: ref.id, kind: queue.kind, analysisid: "90\(webid)", run: 0, created: now(),
            origin: "https://joe.example.org", parent: parent, program: program)
        let writer = try writer(queue, envelope)
        try writer.write(Array(payload.utf8))
        try writer.commit(deferredUntil: due)
        return ref
    }

    /// The states in which an entry of this name is.
    package func states(_ ref: EntryRef) throws(StoreError) -> [EntryState] { try places(of: ref).map(\.state) }
}
