// Watching and failing the system calls of one test, while others run beside it in the same process.
//
// The probe of `Kernel` is one for all; here it is shared out by path, so that each test sees the calls below its own folder
// and nothing else.

import Glibc
package import Spool
import Synchronization
package import SystemPackage

/// One system call that the program asked for.
package struct KernelCall: Sendable, Equatable, CustomStringConvertible {
    package let call: FileError.Call
    package let path: FilePath

    package init(_ call: FileError.Call, _ path: FilePath) {
        self.call = call
        self.path = path
    }

    package var description: String { "\(call.rawValue) \(path)" }
}

package enum KernelProbe {
    private struct Share: Sendable {
        let folder: String
        let probe: Kernel.Probe
    }

    private static let shares = Mutex<[Share]>([])

    /// Puts `probe` before every call on a path below `folder` while `body` runs.
    package static func with<Result>(
        below folder: FilePath, _ probe: @escaping Kernel.Probe, _ body: () throws -> Result
    ) rethrows -> Result {
        begin(folder, probe)
        defer { end(folder) }
        return try body()
    }

    /// The same around work that waits.
    package static func with<Result>(
        below folder: FilePath, _ probe: @escaping Kernel.Probe, _ body: () async throws -> Result
    ) async rethrows -> Result {
        begin(folder, probe)
        defer { end(folder) }
        return try await body()
    }

    private static func begin(_ folder: FilePath, _ probe: @escaping Kernel.Probe) {
        shares.withLock {
            $0.append(Share(folder: folder.string, probe: probe))
            Kernel.intercept(share)
        }
    }

    private static func end(_ folder: FilePath) {
        shares.withLock {
            $0.removeAll { $0.folder == folder.string }
            if $0.isEmpty { Kernel.intercept(nil) }
        }
    }

    /// The same around work that waits.
    package static func withAsync<Result>(
        below folder: FilePath, _ probe: @escaping Kernel.Probe, _ body: () async throws -> Result
    ) async rethrows -> Result {
        let name = folder.string
        shares.withLock {
            $0.append(Share(folder: name, probe: probe))
            Kernel.intercept(share)
        }
        defer {
            shares.withLock {
                $0.removeAll { $0.folder == name }
                if $0.isEmpty { Kernel.intercept(nil) }
            }
        }
        return try await body()
    }

    /// Compared as bytes: it is asked for every call of every test.
    private static let share: Kernel.Probe = { (call, path) throws(FileError) in
        let probe = shares.withLock { shares in
            path.withPlatformString { text in
                shares.first { share in strncmp(text, share.folder, share.folder.utf8.count) == 0 }?.probe
            }
        }
        try probe?(call, path)
    }

    /// Calls that change nothing on disk.
    package static let looks: Set<FileError.Call> = [.open, .read, .stat, .statfs, .readdir, .flock, .realpath]

    /// The calls below `folder` that `body` makes, with their paths from there; without those that only look.
    package static func trace(below folder: FilePath, _ body: () throws -> Void) rethrows -> [KernelCall] {
        let calls = CallList(folder)
        try with(below: folder, { (call, path) throws(FileError) in calls.note(call, path) }, body)
        return calls.made.withLock { $0 }
    }

    /// The same around work that waits.
    package static func trace(below folder: FilePath, _ body: () async throws -> Void) async rethrows -> [KernelCall] {
        let calls = CallList(folder)
        try await with(below: folder, { (call, path) throws(FileError) in calls.note(call, path) }, body)
        return calls.made.withLock { $0 }
    }

    private final class CallList: Sendable {
        let folder: FilePath
        let made = Mutex<[KernelCall]>([])

        init(_ folder: FilePath) { self.folder = folder }

        func note(_ call: FileError.Call, _ path: FilePath) {
            if looks.contains(call) { return }
            var relative = path
            _ = relative.removePrefix(folder)
            made.withLock { $0.append(KernelCall(call, relative)) }
        }
    }

    /// Fails the call number `index` (from 0) below `folder` with `errno`, and those after it as well if it is to stay
    /// broken. `looking`: count only those that look, or only those that
    /// change something; nil: all. Says whether it came to
    /// that call.
    package static func failing(
        below folder: FilePath, at index: Int, with errno: Errno, forGood: Bool = false, looking: Bool? = nil,
        _ body: () throws -> Void
    ) -> (wasReached: Bool, error: (any Error)?) {
        let count = Atomic<Int>(0)
        var failure: (any Error)?
        do {
            try with(
                below: folder,
                { (call, path) throws(FileError) in
                    if let looking, looking != looks.contains(call) { return }
                    let number = count.add(1, ordering: .sequentiallyConsistent).oldValue
                    if number == index || forGood && number > index { throw FileError(call, path, errno) }
                }, body)
        } catch {
            failure = error
        }
        return (count.load(ordering: .sequentiallyConsistent) > index, failure)
    }
}

/// A probe that fails one call, counted from 0, with an I/O error.
package final class CallCounter: Sendable {
    private let count = Atomic<Int>(0)
    private let index: Int

    package init(failingAt index: Int) { self.index = index }

    package var probe: Kernel.Probe {
        { (call, path) throws(FileError) in
            if self.count.add(1, ordering: .sequentiallyConsistent).oldValue == self.index {
                throw FileError(call, path, .ioError)
            }
        }
    }
}
