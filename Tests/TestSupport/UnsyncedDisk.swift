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
    struct Step {
        var from: String?
        var to: String?
        var fromIsDurable = false
        var toIsDurable = false
        /// Of two files under one name, the later one has it.
        let number: Int
    }

    struct Node {
        /// Its names on the medium before the first step.
        var names: [String] = []
        var steps: [Step] = []
        /// As last synced; nil: never.
        var bytes: [UInt8]?
        var modified: Int64 = 0
        var isFolder = false
        /// When it got the names that it had before the first step.
        var number = 0
        /// Another file was renamed over it: what it held besides what was synced cannot be read any more.
        var isReplaced = false
    }

    struct State {
        var nodes: [Int: Node] = [:]
        var byPath: [String: Int] = [:]
        var count = 0
    }

    /// What a control leaves out: a sync that is asked for and answered, but does nothing.
    package enum Ignored: Sendable { case nothing, folderSyncs, fileSyncs }

    /// The real folder.
    let files: PlainFolder
    let state: Mutex<State>
    private let ignored: Ignored
    /// As it was found.
    private let initial: State
    /// Left out: large, and its bytes say nothing.
    private static let unseen: Set = ["reserve"]

    /// Everything that is below `root` now is on the medium.
    package init(_ root: FilePath, ignoring ignored: Ignored = .nothing) {
        files = PlainFolder(root.string)
        self.ignored = ignored
        initial = Self.found(in: files)
        state = Mutex(initial)
    }

    /// The disk again as it was found, for another walk over it.
    package func startOver() {
        let (old, initial) = (state.withLock(\.self), initial)
        for (name, id) in old.byPath where old.nodes[id]?.isFolder == false { files.remove(name) }
        let folders = initial.byPath.filter { initial.nodes[$0.value]?.isFolder == true }
        for (name, id) in old.byPath.sorted(by: { $0.key > $1.key }) where old.nodes[id]?.isFolder == true {
            if folders[name] == nil { files.removeFolder(name) }
        }
        for name in folders.keys.sorted() where old.byPath[name] == nil { files.makeFolder(name) }
        for node in initial.nodes.values where !node.isFolder {
            files.write(node.names, node.bytes ?? [], modified: node.modified)
        }
        state.withLock { $0 = initial }
    }

    // MARK: Watching

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

    private static let tell: Kernel.Witness = { call, path, target in
        if looks.contains(call) { return }
        let (disk, name): (UnsyncedDisk?, String?) = path.withPlatformString { text in
            let disk = watched.withLock { disks in disks.first { $0.files.holds(text) } }
            return (disk, disk?.files.name(text))
        }
        guard let disk, let name, !unseen.contains(name) else { return }
        disk.watch(call, name, target?.withPlatformString { disk.files.name($0) })
    }

    /// Calls that leave the names alone; what was written since the last sync is seen at the cut, by comparing.
    private static let looks: Set<FileError.Call> = [
        .read, .write, .close, .flock, .stat, .statfs, .readdir, .realpath, .utimens, .truncate, .allocate, .chmod,
    ]

    // MARK: What the program does

    private func watch(_ call: FileError.Call, _ name: String, _ target: String?) {
        switch call {
        case .open: created(name)
        case .mkdir: add(name, isFolder: true)
        case .rename: if let target { step(name, to: target) }
        case .unlink, .rmdir: step(name, to: nil)
        case .fsync: synced(name)
        case .syncfs: for name in state.withLock({ Array($0.byPath.keys) }) + [""] { synced(name) }
        case .read, .write, .close, .link, .flock, .stat, .statfs, .readdir, .realpath, .utimens, .truncate, .allocate,
            .chmod, .setuid, .sendto:
            break
        }
    }

    private func created(_ name: String) {
        guard state.withLock({ $0.byPath[name] }) == nil, files.isRegular(name) else { return }
        add(name, isFolder: false)
    }

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

    private func step(_ from: String, to: String?) {
        state.withLock { state in
            guard let id = state.byPath.removeValue(forKey: from) else { return }
            state.count += 1
            state.nodes[id]?.steps.append(Step(from: from, to: to, number: state.count))
            guard let to else { return }
            if let old = state.byPath.updateValue(id, forKey: to) { state.nodes[old]?.isReplaced = true }
        }
    }

    private func synced(_ name: String) {
        let id = state.withLock { $0.byPath[name] }
        if name.isEmpty || id.map({ id in state.withLock { $0.nodes[id]?.isFolder ?? false } }) == true {
            if ignored != .folderSyncs { state.withLock { $0.syncFolder(name, id) } }
        } else if let id, ignored != .fileSyncs, let now = files.content(name) {
            state.withLock {
                $0.nodes[id]?.bytes = now.bytes
                $0.nodes[id]?.modified = now.modified
            }
        }
    }

    static func folder(_ name: String) -> String {
        name.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(name[..<$0]) } ?? ""
    }

    /// Everything that lies there now, as on the medium.
    private static func found(in files: PlainFolder) -> State {
        var state = State()
        var inodes: [UInt64: Int] = [:]
        files.walk { name, inode, isFolder in
            if unseen.contains(name) { return }
            let id = inodes[inode] ?? state.count + 1
            if inodes.updateValue(id, forKey: inode) == nil {
                state.count += 1
                var node = Node()
                node.isFolder = isFolder
                if !isFolder, let now = files.content(name) { (node.bytes, node.modified) = (now.bytes, now.modified) }
                node.number = id
                state.nodes[id] = node
            }
            state.nodes[id]?.names.append(name)
            state.byPath[name] = id
        }
        return state
    }
}

extension UnsyncedDisk.State {
    /// Every name that came into this folder, or went out of it, is durable.
    mutating func syncFolder(_ name: String, _ id: Int?) {
        for (key, node) in nodes where !node.steps.isEmpty {
            for (index, step) in node.steps.enumerated() {
                // Its own name as well.
                let isItself = key == id && step.to == name
                if isItself || step.to.map(UnsyncedDisk.folder) == name { nodes[key]?.steps[index].toIsDurable = true }
                if step.from.map(UnsyncedDisk.folder) == name { nodes[key]?.steps[index].fromIsDurable = true }
            }
        }
    }
}
