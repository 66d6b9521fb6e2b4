// What crash tests switch on from outside, by environment variables that only debug builds read (a release build holds
// none of this):
//
// - `SPOOL_KILL_BEFORE_CALL=N`: the process ends itself by SIGKILL before its Nth call into `Kernel`, counted from 1 over
//   all threads. A test raises N until the process ends by itself.
// - `SPOOL_LOG_CALLS=FILE`: each call is written there before it is made, as `name path`; what `strace` sees is compared
//   with it, so that no call can slip past the counter.
// - `SPOOL_SKIP_DIRECTORY_SYNC=1`: folders are not synced; the power-cut test must then find losses, or it proves nothing.

#if DEBUG
import Glibc
import Synchronization
import SystemPackage

enum CrashHook {
    private static let calls = Atomic<Int>(0)
    private static let fatalCall = number("SPOOL_KILL_BEFORE_CALL")
    static let skipsDirectorySync = number("SPOOL_SKIP_DIRECTORY_SYNC") == 1

    /// Opened once, past `Kernel`: it is not a call of the program's own.
    private static let log: Int32? = getenv("SPOOL_LOG_CALLS").map {
        open($0, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    }

    /// Counts one call, and does not come back from the one that is to be the last.
    static func count(_ name: FileError.Call, _ path: FilePath) {
        if let log {
            let line = Array("\(name.rawValue) \(path)\n".utf8)
            // One write, so that the lines of two threads do not mix; a log that is cut short fails the comparison.
            _ = write(log, line, line.count)
        }
        guard let fatalCall else { return }
        if calls.add(1, ordering: .sequentiallyConsistent).newValue == fatalCall { kill(getpid(), SIGKILL) }
    }

    private static func number(_ variable: String) -> Int? {
        getenv(variable).flatMap { Int(String(cString: $0)) }
    }
}
#endif
