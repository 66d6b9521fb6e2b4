// What a command sees of the world: its streams, its environment, the time. Tests hand in their own, so that most of them
// need no process.

import FoundationEssentials
import Glibc
import SystemPackage

package import Spool

package struct Surroundings: Sendable {
    /// Data.
    package var out: OutputStream
    /// Talk.
    package var talk: OutputStream
    /// All of standard input.
    package var input: @Sendable () throws -> [UInt8]
    /// The same piece by piece, for what does not fit into memory.
    package var inputStream: ByteStream
    /// Whether reading `inputStream` would not wait; takes a moment to say no.
    package var hasInput: @Sendable () -> Bool
    package var environment: [String: String]
    package var now: Now
    /// Whether SIGTERM and SIGINT are for this command.
    package var obeysSignals: Bool

    package init(
        out: OutputStream, talk: OutputStream, input: @escaping @Sendable () throws -> [UInt8],
        inputStream: @escaping ByteStream = { _ in 0 }, hasInput: @escaping @Sendable () -> Bool = { true },
        environment: [String: String], now: @escaping Now,
        obeysSignals: Bool = false
    ) {
        self.out = out
        self.talk = talk
        self.input = input
        self.inputStream = inputStream
        self.hasInput = hasInput
        self.environment = environment
        self.now = now
        self.obeysSignals = obeysSignals
    }

    /// Those of the command that runs.
    @TaskLocal package static var current = Surroundings.process

    /// The process's own.
    package static let process: Surroundings = {
        let environment = ProcessInfo.processInfo.environment
        let talk = OutputStream(.standardError, style: OutputStyle(descriptor: 2, environment: environment))
        let style = OutputStyle(descriptor: 1, environment: environment)
        return Surroundings(
            out: OutputStream(.standardOutput, style: style, beside: talk), talk: talk,
            input: { try readAll(.standardInput) },
            inputStream: { try FileDescriptor.standardInput.read(into: $0) },
            hasInput: { isReadable(.standardInput, within: 200) }, environment: environment, now: systemTime,
            obeysSignals: true)
    }()

    /// The system's clock.
    package static let systemTime: Now = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)) + clockError
    }

    /// Tests make the clock wrong: `SPOOL_CLOCK_ERROR=-3600` seconds, in debug builds only.
    #if DEBUG
    private static let clockError = Duration.seconds(
        getenv("SPOOL_CLOCK_ERROR").flatMap { Int(String(cString: $0)) } ?? 0)
    #else
    private static let clockError = Duration.zero
    #endif

    /// A list of refs; more than this is no list that anybody meant.
    private static let inputLimit = 64 << 20

    /// Bytes, the end, or an error: anything that a read answers at once.
    private static func isReadable(_ descriptor: FileDescriptor, within milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, milliseconds) > 0
    }

    private static func readAll(_ descriptor: FileDescriptor) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var window = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = try window.withUnsafeMutableBytes { try descriptor.read(into: $0) }
            if count == 0 { return bytes }
            bytes += window[..<count]
            guard bytes.count <= inputLimit else {
                throw CommandFailure(
                    .usage, "standard input holds more than \(inputLimit) bytes; that is no list of refs")
            }
        }
    }
}
