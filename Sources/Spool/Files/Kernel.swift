// Every system call of the program on a file goes through this one place.
//
// It retries on EINTR, turns errno into a `FileError`, and offers one probe that sees each call before it is made: tests
// use it to count or to fail. From outside, debug builds can be told to kill themselves before call N or not to sync
// folders (`CrashHook`: SPOOL_KILL_BEFORE_CALL, SPOOL_SKIP_DIRECTORY_SYNC). Not seen are calls that change nothing on disk:
// close (whose descriptor is gone whatever it answers), advice, and the pages of a folder after its first.

import CFiles
import Glibc
import Synchronization
package import SystemPackage

/// The border to the kernel.
package enum Kernel {
    /// What a test may put between the program and the kernel; an error that it throws takes the place of the call.
    package typealias Probe = @Sendable (FileError.Call, FilePath) throws(FileError) -> Void

    /// In a box: a closure that is read through a mutex by itself is wrapped anew with each reading, without end.
    private struct ProbeBox: Sendable { let probe: Probe }

    private static let probe = Mutex<ProbeBox?>(nil)
    private static let probed = Atomic<Bool>(false)

    /// Puts `newProbe` before every call of this process; nil takes it away. For tests only.
    package static func intercept(_ newProbe: Probe?) {
        probe.withLock { $0 = newProbe.map(ProbeBox.init) }
        probed.store(newProbe != nil, ordering: .sequentiallyConsistent)
    }

    #if DEBUG
    /// What a test may put behind the kernel: told of each call that succeeded, of a rename with its target.
    package typealias Witness = @Sendable (FileError.Call, FilePath, _ target: FilePath?) -> Void

    private struct WitnessBox: Sendable { let witness: Witness }

    private static let witness = Mutex<WitnessBox?>(nil)
    private static let witnessed = Atomic<Bool>(false)

    /// Tells `newWitness` after every call of this process that succeeded; nil takes it away. For tests only.
    package static func observe(_ newWitness: Witness?) {
        witness.withLock { $0 = newWitness.map(WitnessBox.init) }
        witnessed.store(newWitness != nil, ordering: .sequentiallyConsistent)
    }
    #endif

    /// Makes one call, again as long as it is interrupted. `target`: a rename's other path.
    @discardableResult
    static func call(
        _ name: FileError.Call, _ path: FilePath, to target: FilePath? = nil, _ body: () -> Int
    ) throws(FileError) -> Int {
        #if DEBUG
        CrashHook.count(name, path)
        #endif
        if probed.load(ordering: .relaxed), let box = probe.withLock({ $0 }) { try box.probe(name, path) }
        while true {
            let result = body()
            if result >= 0 {
                #if DEBUG
                if witnessed.load(ordering: .relaxed) { witness.withLock({ $0 })?.witness(name, path, target) }
                #endif
                return result
            }
            let number = Glibc.errno
            if number == EINTR { continue }
            throw FileError(name, path, Errno(rawValue: number))
        }
    }

    /// Renames without overwriting; the commit of every move.
    package static func rename(_ source: FilePath, to target: FilePath) throws(FileError) {
        try call(.rename, source, to: target) {
            source.withPlatformString { from in target.withPlatformString { Int(spool_rename_noreplace(from, $0)) } }
        }
    }

    /// Renames over what is there: for records that are rewritten, never for entries.
    package static func replace(_ source: FilePath, to target: FilePath) throws(FileError) {
        try call(.rename, source, to: target) {
            source.withPlatformString { from in target.withPlatformString { Int(Glibc.rename(from, $0)) } }
        }
    }

    package static func unlink(_ path: FilePath) throws(FileError) {
        try call(.unlink, path) { path.withPlatformString { Int(Glibc.unlink($0)) } }
    }

    /// Removes an empty folder.
    package static func removeDirectory(_ path: FilePath) throws(FileError) {
        try call(.rmdir, path) { path.withPlatformString { Int(Glibc.rmdir($0)) } }
    }

    /// Makes a folder (0700); says whether it was not there before.
    @discardableResult
    package static func makeDirectory(_ path: FilePath) throws(FileError) -> Bool {
        do {
            try call(.mkdir, path) { path.withPlatformString { Int(Glibc.mkdir($0, 0o700)) } }
            return true
        } catch  where error.exists {
            return false
        }
    }

    /// Syncs a folder, so that the names in it survive a power cut.
    package static func syncDirectory(_ path: FilePath) throws(FileError) {
        #if DEBUG
        if CrashHook.skipsDirectorySync { return }
        #endif
        let folder = try OpenFile(path, .folder)
        try folder.sync()
    }

    /// What lies at a path, without following a symbolic link; nil if nothing does.
    package static func status(_ path: FilePath) throws(FileError) -> FileStatus? {
        var raw = stat()
        do {
            try call(.stat, path) {
                path.withPlatformString { Int(fstatat(AT_FDCWD, $0, &raw, AT_SYMLINK_NOFOLLOW)) }
            }
        } catch  where error.isMissing {
            return nil
        }
        return FileStatus(raw)
    }

    /// Sets the modification time of a path, in nanoseconds since 1970.
    package static func setModified(_ path: FilePath, to nanoseconds: Int64) throws(FileError) {
        let times = timespecs(nanoseconds)
        try call(.utimens, path) {
            path.withPlatformString { Int(utimensat(AT_FDCWD, $0, times, AT_SYMLINK_NOFOLLOW)) }
        }
    }

    /// UTIME_OMIT of bits/stat.h, which is a macro that Swift cannot import.
    private static let utimeOmit = (1 << 30) - 2

    /// Access time left alone, modification time as given. The part below a second counts upwards before 1970 too.
    static func timespecs(_ nanoseconds: Int64) -> [timespec] {
        var (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        if rest < 0 { (seconds, rest) = (seconds - 1, rest + 1_000_000_000) }
        return [
            timespec(tv_sec: 0, tv_nsec: utimeOmit),
            timespec(tv_sec: Int(seconds), tv_nsec: Int(rest)),
        ]
    }

    /// Sets the permission bits of a path.
    package static func setMode(_ path: FilePath, _ mode: UInt32) throws(FileError) {
        try call(.chmod, path) { path.withPlatformString { Int(Glibc.chmod($0, mode)) } }
    }

    /// The path without symbolic links and relative parts; nil if there is nothing.
    package static func resolved(_ path: FilePath) throws(FileError) -> FilePath? {
        var result: FilePath?
        do {
            try call(.realpath, path) {
                guard let text = path.withPlatformString({ Glibc.realpath($0, nil) }) else { return -1 }
                defer { free(text) }
                result = FilePath(platformString: text)
                return 0
            }
        } catch  where error.isMissing {
            return nil
        }
        return result
    }
}
