#if DEBUG
// Paths that a debug build has made already.
//
// There swift-system goes over each byte of a path again and again, to check itself: half of the time of a test that walks
// through a spool by thousands of steps was that. The same text is the same path, so nothing else depends on it; a release
// build makes a path in less than this would take.

import Synchronization
import SystemPackage

enum KnownPaths {
    private static let known = Mutex<[String: FilePath]>([:])
    /// Then it begins anew: a spool of 100,000 entries is not to be remembered whole.
    private static let limit = 20_000

    static func path(_ text: String) -> FilePath {
        if let path = known.withLock({ $0[text] }) { return path }
        let path = FilePath(text)
        known.withLock { known in
            if known.count >= limit { known.removeAll(keepingCapacity: true) }
            known[text] = path
        }
        return path
    }
}
#endif
