// Names to addresses, by the system's own resolver (hosts file, DNS and whatever else nsswitch.conf names). It blocks for
// as long as it likes and cannot be stopped, so it runs on threads of its own and is not waited for longer than asked.

import Glibc
import NIOCore
import NIOPosix
import Synchronization

package enum NameProbe {
    package enum Outcome: Sendable, Equatable {
        case addresses([String])
        /// The resolver's own words.
        case failed(String)
        case timedOut
    }

    /// Never shut down: a look-up that hangs would hang its end, too.
    private static let threads: NIOThreadPool = {
        let threads = NIOThreadPool(numberOfThreads: 4)
        threads.start()
        return threads
    }()

    package static func look(_ host: String, limit: Duration) async -> Outcome {
        await withCheckedContinuation { continuation in
            let once = Once(continuation)
            MultiThreadedEventLoopGroup.singleton.any().scheduleTask(in: TimeAmount(limit)) { once.resume(.timedOut) }
            threads.submit { _ in once.resume(resolve(host)) }
        }
    }

    private static func resolve(_ host: String) -> Outcome {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, nil, &hints, &first)
        guard code == 0 else { return .failed(String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(first) }
        var found: [String] = []
        var next = first
        while let info = next?.pointee {
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            let size = socklen_t(text.count)
            if getnameinfo(info.ai_addr, info.ai_addrlen, &text, size, nil, 0, NI_NUMERICHOST) == 0 {
                let address = text.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } } ?? ""
                if !found.contains(address) { found.append(address) }
            }
            next = info.ai_next
        }
        return found.isEmpty ? .failed("no address") : .addresses(found)
    }

    /// The first answer counts.
    private final class Once: Sendable {
        private let waiting: Mutex<CheckedContinuation<Outcome, Never>?>

        init(_ continuation: CheckedContinuation<Outcome, Never>) {
            waiting = Mutex(continuation)
        }

        func resume(_ outcome: Outcome) {
            let continuation = waiting.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(returning: outcome)
        }
    }
}
