import Crypto
import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct EntryWriterTests {
    private func envelope(_ spool: SpoolStore, _ webid: String = "1") -> Envelope {
        Envelope(id: SpoolStore.id(webid), kind: .analysis, created: spool.now(), origin: "https://x", program: "test")
    }

    private func inTemporary(_ spool: SpoolStore) throws -> [String] {
        try Folder.names(spool.layout.temporary(.inbox))
    }

    @Test func `a committed entry is its envelope and then its payload, byte for byte`() throws {
        try withSpool { spool, _ throws in
            let payload = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let writer = try spool.writer(.inbox, envelope(spool))
            for start in stride(from: 0, to: payload.count, by: 7919) {
                try writer.write(Array(payload[start..<min(start + 7919, payload.count)]))
            }
            #expect(writer.count == payload.count)
            let committed = try writer.commit()
            let place = EntryPlace(EntryRef(.inbox, SpoolStore.id("1")), .ready)
            let file = try #require(try WholeFile.read(spool.layout.entry(place)))
            #expect(Array(file.dropFirst(1024)) == payload)
            #expect(committed.sha256 == Envelope.hex(SHA256.hash(data: payload)))
            #expect(committed.bytes == payload.count)
            let reader = try spool.reader(place)
            #expect(reader.envelope == committed)
            #expect(try reader.payload(limit: 1 << 20) == payload)
            try reader.verify()
            #expect(try Kernel.status(spool.layout.entry(place))?.mode == 0o600)
            #expect(try inTemporary(spool).isEmpty)
        }
    }

    @Test func `what is given up is gone at once, however long its writer is referred to`() throws {
        try withSpool { spool, _ throws in
            let writer = try spool.writer(.inbox, envelope(spool))
            try writer.write([1, 2, 3])
            writer.discard()
            #expect(try inTemporary(spool).isEmpty)
            let committed = try spool.writer(.inbox, envelope(spool))
            _ = try committed.commit()
            committed.discard()
            #expect(try spool.list(.inbox, .ready).entries.count == 1)
            withExtendedLifetime(writer) {}
        }
    }

    @Test func `before its commit there is no entry, and without it nothing stays`() throws {
        try withSpool { spool, _ throws in
            do {
                let writer = try spool.writer(.inbox, envelope(spool))
                try writer.write([1, 2, 3])
                #expect(try spool.list(.inbox, .ready).entries.isEmpty)
                #expect(try inTemporary(spool).count == 1)
            }
            #expect(try inTemporary(spool).isEmpty)
        }
    }

    @Test func `an entry that is to wait is born into deferred, due when it was said`() throws {
        try withSpool { spool, clock throws in
            let due = clock.time + .seconds(60)
            try spool.give("1", deferredUntil: due)
            #expect(try spool.list(.inbox, .deferred).entries.map(\.modified) == [due])
        }
    }

    @Test(arguments: EntryState.allCases.filter(\.isLive)) func `nothing is born beside a live entry of its name`(
        state: EntryState
    ) throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1", payload: "old")
            let place = EntryPlace(ref, state)
            if state != .ready {
                try Kernel.rename(spool.layout.entry(EntryPlace(ref, .ready)), to: spool.layout.entry(place))
            }
            for due in [nil, spool.now()] {
                let error = #expect(throws: StoreError.self) { try spool.give("1", payload: "new", deferredUntil: due) }
                #expect(error?.code == .exists)
            }
            #expect(try spool.states(ref) == [state])
            #expect(try spool.reader(place).payload(limit: 10) == Array("old".utf8))
            #expect(try inTemporary(spool).isEmpty)
        }
    }

    @Test func `a name in ready that came after the look is not overwritten either`() throws {
        try withSpool { spool, _ throws in
            let writer = try spool.writer(.inbox, envelope(spool))
            let other = spool.layout.entry(EntryPlace(EntryRef(.inbox, SpoolStore.id("1")), .ready))
            let error = #expect(throws: StoreError.self) {
                try KernelProbe.with(
                    below: spool.layout.root,
                    { (call, path) throws(FileError) in
                        if call == .fsync, path == other.removingLastComponent() { return }
                        if call == .rename { close(open(other.string, O_CREAT | O_WRONLY, 0o600)) }
                    }
                ) { _ = try writer.commit() }
            }
            #expect(error?.code == .exists)
            #expect(try Kernel.status(other)?.size == 0)
        }
    }

    @Test func `an analysis that is done may be taken again`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            try spool.claim(EntryPlace(ref, .ready))?.done()
            try spool.give("1")
            #expect(try spool.states(ref) == [.ready, .done])
        }
    }

    @Test func `after a failed write nothing is committed`() throws {
        try withSpool { spool, _ throws in
            let writer = try spool.writer(.inbox, envelope(spool))
            let failed = KernelProbe.failing(below: spool.layout.root, at: 0, with: .noSpace) { try writer.write([1]) }
            #expect((failed.error as? StoreError)?.isNoSpace == true)
            #expect(throws: StoreError.self) { try writer.write([2]) }
            #expect(throws: StoreError.self) { try writer.commit() }
            #expect(try spool.states(EntryRef(.inbox, SpoolStore.id("1"))).isEmpty)
        }
    }

    @Test func `a failed sync is never tried again on the same file`() async {
        await #expect(processExitsWith: .failure) {
            try withSpool { spool, _ throws in
                let envelope = Envelope(
                    id: SpoolStore.id("1"), kind: .analysis, created: spool.now(), origin: "x", program: "x")
                let writer = try spool.writer(.inbox, envelope)
                try KernelProbe.with(
                    below: spool.layout.root,
                    { (call, path) throws(FileError) in if call == .fsync { throw FileError(call, path, .ioError) } }
                ) { () throws in
                    _ = try? writer.commit()
                }
                _ = try? writer.commit()
            }
        }
    }

    @Test func `what was found counts as durable only once its folder is synced`() throws {
        try withSpool { spool, _ throws in
            let ref = try spool.give("1")
            let trace = try KernelProbe.trace(below: spool.layout.root) { () throws in
                #expect(try spool.makeDurable(ref) == EntryPlace(ref, .ready))
                #expect(try spool.makeDurable(EntryRef(.inbox, SpoolStore.id("2"))) == nil)
            }
            #expect(trace == [KernelCall(.fsync, "inbox/ready")])
        }
    }
}
