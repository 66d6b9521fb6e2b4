import Glibc
import Spool
import SystemPackage
import TestSupport
import Testing
@Suite struct ZTests { @Test func z() throws {
    let clock = ContinuousClock()
    try withSpool { spool, c throws in
        let folder = spool.layout.folder(.inbox, .ready).string
        for n in 0..<100_000 { close(open("\(folder)/joe-\(700_000 + n).entry", O_CREAT | O_WRONLY, 0o600)) }
        for _ in 0..<3 { print("Z list 100k", try clock.measure { _ = try spool.list(.inbox, .ready) }) }
        print("Z summary 100k live", try clock.measure { _ = try spool.summary(.inbox, .ready) })
        let done = spool.layout.folder(.inbox, .done, day: c.time.utcDay).string
        for n in 0..<100_000 { rename("\(folder)/joe-\(700_000 + n).entry", "\(done)/joe-\(700_000 + n).entry") }
        print("Z summary 100k done", try clock.measure { _ = try spool.summary(.inbox, .done) })
        print("Z recover idle", try clock.measure { _ = try spool.recover(.inbox) })
        print("Z makeFolders idle", try clock.measure { try spool.makeFolders() })
        print("Z places", try clock.measure { for n in 0..<1000 { _ = try spool.places(of: EntryRef(.inbox, SpoolStore.id("\(n)"))) } } / 1000)
    }
    try withSpool { spool, _ throws in
        let payload = String(repeating: "x", count: 65536)
        print("Z give 64K", try clock.measure { for n in 0..<500 { try spool.give("\(n)", payload: payload) } } / 500)
        var list = WorkList(spool, .inbox)
        print("Z claim+done", try clock.measure { while case let claims = try list.next(16), !claims.isEmpty { for x in claims { try x.done() } } } / 500)
        print("Z verify 500x64K", try clock.measure { _ = try spool.verify() })
    }
} }
