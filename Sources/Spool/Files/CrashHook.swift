// What crash tests switch on from outside, by environment variables that only debug builds read (a release build holds
// none of this):
//
// - `SPOOL_KILL_BEFORE_CALL=N`: the process ends itself by SIGKILL before its Nth call into `Kernel`, counted from 1 over
//   all threads. A test raises N until the process ends by itself.
// - `SPOOL_SKIP_DIRECTORY_SYNC=1`: folders are not synced; the power-cut test must then find losses, or it proves nothing.

#if DEBUG
import Glibc
import Synchronization

enum CrashHook {
    private static let calls = Atomic<Int>(0)
    private static let fatalCall = number("SPOOL_KILL_BEFORE_CALL")
    static let skipsDirectorySync = number("SPOOL_SKIP_DIRECTORY_SYNC") == 1

    /// Counts one call, and does not come back from the one that is to be the last.
    static func count() {
        guard let fatalCall else { return }
        if calls.add(1, ordering: .sequentiallyConsistent).newValue == fatalCall { kill(getpid(), SIGKILL) }
    }

    private static func number(_ variable: String) -> Int? {
        getenv(variable).flatMap { Int(String(cString: $0)) }
    }
}
#endif
