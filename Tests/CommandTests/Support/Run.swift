// One command, run inside the test: its arguments in, its streams and exit status out.

import Spool
import Synchronization
@testable import SpoolCommands

struct Run: Sendable {
    let status: EndStatus
    let out: String
    let outBytes: [UInt8]
    let talk: String

    var outLines: [String] { out.split(separator: "\n").map(String.init) }
    var talkLines: [String] { talk.split(separator: "\n").map(String.init) }

    /// Noon of a day in November, unless said otherwise.
    static let noon = Timestamp(rfc3339: "2026-11-24T12:00:00.000Z") ?? Timestamp(nanoseconds: 0)

    init(
        _ arguments: [String], input: String = "", inputStream: @escaping ByteStream = { _ in 0 },
        hasInput: @escaping @Sendable () -> Bool = { true },
        environment: [String: String] = [:], style: OutputStyle = .plain,
        now: @escaping Now = { noon }
    ) async {
        let (out, talk) = (Memory(), Memory())
        let surroundings = Surroundings(
            out: OutputStream(style: style) { out.add($0) }, talk: OutputStream(style: .plain) { talk.add($0) },
            input: { Array(input.utf8) }, inputStream: inputStream, hasInput: hasInput, environment: environment,
            now: now)
        status = await Entrance.run(arguments, in: surroundings)
        (self.out, outBytes, self.talk) = (out.text, out.all, talk.text)
    }

    private final class Memory: Sendable {
        private let bytes = Mutex<[UInt8]>([])

        func add(_ more: UnsafeRawBufferPointer) { bytes.withLock { $0.append(contentsOf: more) } }
        var all: [UInt8] { bytes.withLock { $0 } }
        var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }
    }
}
