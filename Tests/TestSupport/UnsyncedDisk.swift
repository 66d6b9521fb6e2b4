// A disk that keeps only what was synced, and of the rest what it likes: what a power cut may leave of a folder.
//
// The program works on a real folder; this watches its calls (`Kernel.observe`) and knows of each file which of its names and
// how much of its bytes were synced. At a cut, each file by itself keeps what was synced and a part, chosen by chance, of what
// was done to it since: so the unsynced work on two files reaches the medium in any order. What the three file systems
// promise is promised here too, and no more: a rename is never lost halfway so that the file has no name (but it may keep
// both), a folder that is synced keeps its own name, and bytes that were not synced may be there, be zeros, or be missing.

import Glibc
import Spool
import Synchronization
package import SystemPackage

package final class UnsyncedDisk: Sendable {
    /// Something done to a name; each side is durable once its folder was synced.
    private struct Step {
        var from: String?
        var to: String?
        var fromIsDurable = false
        var toIsDurable = false
        /// Of two files under one name, the later one has it.
        let number: Int
    }

    private struct Node {
        /// Its names on the medium before the first step.
        var names: [String] = []
        var steps: [Step] = []
        /// As last synced; nil: never.
        var bytes: [UInt8]?
        var modified: Int64 = 0
        var isFolder = false
        /// When it got the names that it had before the first step.
        var number = 0
    }

    private struct State {
        var nodes: [Int: Node] = [:]
        var byPath: [String: Int] = [:]
        var count = 0
        var syncsFolders = true
    }

    private let root: FilePath
    private let prefix: String
    private let state = Mutex(State())
    /// Left out: large, and its bytes say nothing.
    private static let ignored = ["reserve"]

    /// Everything that is below `root` now is on the medium.
    package init(_ root: FilePath) {
        self.root = root
        prefix = root.string + "/"
        settle()
    }

    /// For the control: folders that are synced are not.
    package func ignoreFolderSyncs() { state.withLock { $0.syncsFolders = false } }

    private static let watched = Mutex<[UnsyncedDisk]>([])

    /// Watches what `body` does below the folder, while others do the same elsewhere.
    package func watching<Result>(_ body: () throws -> Result) rethrows -> Result {
        Self.watched.withLock {
            $0.append(self)
            Kernel.observe(Self.tell)
        }
        defer {
            Self.watched.withLock {
                $0.removeAll { $0 === self }
                if $0.isEmpty { Kernel.observe(nil) }
            }
        }
        return try body()
    }

    /// Compared as bytes: it is asked for every call of every test.
    private static let tell: Kernel.Witness = { call, path, target in
        if looks.contains(call) { return }
        let disk = watched.withLock { disks in
            path.withPlatformString { text in
                disks.first { disk in strncmp(text, disk.root.string, disk.root.string.utf8.count) == 0 }
            }
        }
        disk?.watch(call, path, target)
    }

    /// Calls that leave the names alone; what was written since the last sync is seen at the cut, by comparing.
    private static let looks: Set<FileError.Call> = [
        .read, .write, .close, .flock, .stat, .statfs, .readdir, .realpath, .utimens, .truncate, .allocate, .chmod,
    ]

    // MARK: What the program does

    private func watch(_ call: FileError.Call, _ path: FilePath, _ target: FilePath?) {
        guard let name = relative(path) else { return }
        switch call {
        case .open: created(name)
        case .mkdir: made(name)
        case .rename: if let to = target.flatMap(relative) { renamed(name, to) }
        case .unlink, .rmdir: step(name, to: nil)
        case .fsync: synced(name)
        case .syncfs: for name in state.withLock({ Array($0.byPath.keys) }) + [""] { synced(name) }
        case .read, .write, .close, .link, .flock, .stat, .statfs, .readdir, .realpath, .utimens, .truncate, .allocate,
            .chmod, .setuid, .sendto:
            break
        }
    }

    private func relative(_ path: FilePath) -> String? {
        let text = path.string
        guard text.hasPrefix(prefix) else { return text == root.string ? "" : nil }
        let name = String(text.dropFirst(prefix.count))
        return Self.ignored.contains(name) ? nil : name
    }

    private func created(_ name: String) {
        guard state.withLock({ $0.byPath[name] }) == nil, kind(name) == S_IFREG else { return }
        add(name, isFolder: false)
    }

    private func made(_ name: String) { add(name, isFolder: true) }

    private func add(_ name: String, isFolder: Bool) {
        state.withLock { state in
            state.count += 1
            var node = Node()
            node.isFolder = isFolder
            node.steps = [Step(from: nil, to: name, number: state.count)]
            state.nodes[state.count] = node
            state.byPath[name] = state.count
        }
    }

    private func renamed(_ from: String, _ to: String) { step(from, to: to) }

    private func step(_ from: String, to: String?) {
        state.withLock { state in
            guard let id = state.byPath.removeValue(forKey: from) else { return }
            state.count += 1
            state.nodes[id]?.steps.append(Step(from: from, to: to, number: state.count))
            if let to { state.byPath[to] = id }
        }
    }

    private func synced(_ name: String) {
        let id = state.withLock { name.isEmpty ? nil : $0.byPath[name] }
        let isFolder = id.map { id in state.withLock { $0.nodes[id]?.isFolder ?? false } } ?? name.isEmpty
        guard isFolder else {
            guard let id else { return }
            let (bytes, modified) = (read(name), modified(name))
            state.withLock {
                $0.nodes[id]?.bytes = bytes
                $0.nodes[id]?.modified = modified
            }
            return
        }
        state.withLock { state in
            guard state.syncsFolders else { return }
            for (key, node) in state.nodes where !node.steps.isEmpty {
                for index in node.steps.indices {
                    let step = node.steps[index]
                    // Its own name as well.
                    let isItself = key == id && step.to == name
                    if step.to.map(Self.folder) == name || isItself {
                        state.nodes[key]?.steps[index].toIsDurable = true
                    }
                    if step.from.map(Self.folder) == name { state.nodes[key]?.steps[index].fromIsDurable = true }
                }
            }
        }
    }

    private static func folder(_ name: String) -> String {
        name.lastIndex(of: "/").map { String(name[..<$0]) } ?? ""
    }
}

extension UnsyncedDisk {
    // MARK: The cut

    /// What a file is left with.
    private struct Remains {
        var names: [String]
        var number: Int
        var bytes: [UInt8]
        var modified: Int64
    }

    /// Pulls the plug: makes the folder what the medium may hold. No descriptor of a file in it may be used afterwards.
    package func cut(_ random: inout SeededRandom) {
        let nodes = state.withLock(\.nodes).sorted { $0.key < $1.key }.map(\.value)
        var lostFolders: Set<String> = []
        var remains: [Remains] = []
        for node in nodes where !node.isFolder || !node.steps.isEmpty {
            let (names, number) = Self.names(node, &random)
            if node.isFolder {
                if let last = node.steps.last?.to, names.isEmpty { lostFolders.insert(last) }
            } else {
                remains.append(self.remains(node, names, number, &random))
            }
        }
        put(remains)
        // A name that survived has its folder with it.
        let needed = Set(remains.flatMap(\.names).map(Self.folder))
        for folder in lostFolders.subtracting(needed) { TemporaryFolder.remove(root.appending(folder)) }
        settle()
    }

    /// The names that survive: those of a prefix of the steps that holds every durable one.
    private static func names(_ node: Node, _ random: inout SeededRandom) -> ([String], Int) {
        let least = (node.steps.lastIndex { $0.toIsDurable || $0.fromIsDurable } ?? -1) + 1
        let kept = Int.random(in: least...node.steps.count, using: &random)
        var names = node.names
        var number = node.number
        for (index, step) in node.steps.prefix(kept).enumerated() {
            let isHalf = index == kept - 1 && step.to != nil && !step.fromIsDurable && Bool.random(using: &random)
            if !isHalf { names.removeAll { $0 == step.from } }
            if let to = step.to { names.append(to) }
            number = step.number
        }
        return (names, number)
    }

    private func remains(_ node: Node, _ names: [String], _ number: Int, _ random: inout SeededRandom) -> Remains {
        let current = node.steps.reduce(node.names.last) { $1.to ?? ($1.from == $0 ? nil : $0) }
        let synced = node.bytes ?? []
        guard let current, let now = read(current) else {
            return Remains(names: names, number: number, bytes: synced, modified: node.modified)
        }
        let modified = Bool.random(using: &random) ? node.modified : modified(current)
        if now == synced { return Remains(names: names, number: number, bytes: now, modified: modified) }
        let bytes: [UInt8] =
            switch Int.random(in: 0..<4, using: &random) {
            case 0: synced
            case 1: now
            case 2: Array(now.prefix(max(synced.count, Int.random(in: 0...now.count, using: &random))))
            default: synced + [UInt8](repeating: 0, count: max(0, now.count - synced.count))
            }
        return Remains(names: names, number: number, bytes: bytes, modified: modified)
    }

    /// Removes every file that was watched, and makes the survivors.
    private func put(_ remains: [Remains]) {
        for name in state.withLock(\.byPath.keys) where kind(name) == S_IFREG { unlink(prefix + name) }
        var owners: [String: Int] = [:]
        for file in remains { for name in file.names { owners[name] = max(owners[name] ?? 0, file.number) } }
        for file in remains {
            var first: String?
            for name in file.names where owners[name] == file.number && kind(Self.folder(name)) == S_IFDIR {
                if let first {
                    link(prefix + first, prefix + name)
                } else {
                    write(name, file.bytes)
                    first = name
                }
            }
            if let first { setModified(first, file.modified) }
        }
    }

    /// Whatever is there now is on the medium.
    private func settle() {
        var fresh = State()
        fresh.syncsFolders = state.withLock(\.syncsFolders)
        var inodes: [UInt64: Int] = [:]
        walk("", &fresh, &inodes)
        let settled = fresh
        state.withLock { $0 = settled }
    }

    private func walk(_ folder: String, _ state: inout State, _ inodes: inout [UInt64: Int]) {
        let path = folder.isEmpty ? root : root.appending(folder)
        // A folder that cannot be read is empty: the tests' own, so it can.
        for (name, status) in (try? Folder.contents(path)) ?? [] {
            let inside = folder.isEmpty ? name : "\(folder)/\(name)"
            if Self.ignored.contains(inside) { continue }
            let id = inodes[status.identity.inode] ?? state.count + 1
            if inodes.updateValue(id, forKey: status.identity.inode) == nil {
                state.count += 1
                var node = Node()
                node.isFolder = status.kind == .directory
                node.bytes = node.isFolder ? nil : read(inside)
                node.modified = status.modified
                node.number = id
                state.nodes[id] = node
            }
            state.nodes[id]?.names.append(inside)
            state.byPath[inside] = id
            if status.kind == .directory { walk(inside, &state, &inodes) }
        }
    }
}

extension UnsyncedDisk {
    // MARK: Past `Kernel`, so that nothing of this is watched

    private func kind(_ name: String) -> mode_t? {
        var raw = stat()
        return lstat(name.isEmpty ? root.string : prefix + name, &raw) == 0 ? raw.st_mode & S_IFMT : nil
    }

    private func modified(_ name: String) -> Int64 {
        var raw = stat()
        guard lstat(prefix + name, &raw) == 0 else { return 0 }
        return Int64(raw.st_mtim.tv_sec) * 1_000_000_000 + Int64(raw.st_mtim.tv_nsec)
    }

    private func setModified(_ name: String, _ nanoseconds: Int64) {
        let time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        utimensat(AT_FDCWD, prefix + name, [time, time], AT_SYMLINK_NOFOLLOW)
    }

    private func read(_ name: String) -> [UInt8]? {
        let descriptor = Glibc.open(prefix + name, O_RDONLY)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(raw.st_size))
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        return count == bytes.count ? bytes : nil
    }

    private func write(_ name: String, _ bytes: [UInt8]) {
        let descriptor = Glibc.open(prefix + name, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let count = Glibc.write(descriptor, bytes, bytes.count)
        precondition(count == bytes.count, "the test's own disk is full")
    }
}
