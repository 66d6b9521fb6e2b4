// The connections that have made a request, so that a server that stops can drop them: a TLS connection would
// otherwise wait five seconds for a client that is gone to say goodbye.

import NIOCore
import Synchronization

/// Open connections.
final class Connections: Sendable {
    private let open = Mutex<[ObjectIdentifier: any Channel]>([:])

    /// Remembers a connection until it closes.
    func add(_ channel: any Channel) {
        let id = ObjectIdentifier(channel)
        let isNew = open.withLock { $0.updateValue(channel, forKey: id) == nil }
        guard isNew else { return }
        channel.closeFuture.whenComplete { _ in
            _ = self.open.withLock { $0.removeValue(forKey: id) }
        }
    }

    /// Drops them all.
    func drop() {
        for channel in open.withLock({ Array($0.values) }) { RawConnection(channel: channel).drop() }
    }
}
