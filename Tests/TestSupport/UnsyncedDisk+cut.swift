// The plug is pulled: the folder becomes what the medium may hold.
//
// A file that is left as it is keeps its place; everything else is removed and written anew, so that what the program had
// open is no longer what lies there.

import Synchronization

extension UnsyncedDisk {
    /// What a file is left with.
    private struct Remains {
        let id: Int
        var names: [String]
        var number: Int
        var bytes: [UInt8]
        var modified: Int64
        /// It lies there like this already.
        var isUntouched = false
    }

    /// Pulls the plug: makes the folder what the medium may hold. No descriptor of a file in it may be used afterwards.
    package func cut(_ random: inout SeededRandom) {
        let old = state.withLock(\.self)
        var lostFolders: Set<String> = []
        var remains: [Remains] = []
        var folders: [(names: [String], number: Int)] = []
        for (id, node) in old.nodes.sorted(by: { $0.key < $1.key }) {
            let (names, number) = Self.names(node, &random)
            if !node.isFolder {
                remains.append(self.remains(id, node, names, number, &random))
            } else if names.isEmpty {
                if let last = node.steps.last?.to { lostFolders.insert(last) }
            } else {
                folders.append((names, number))
            }
        }
        // A name that survived has its folder with it.
        for name in Set(remains.flatMap(\.names).map(Self.folder)) where lostFolders.remove(name) != nil {
            folders.append(([name], old.count))
        }
        put(&remains, old)
        for folder in lostFolders { files.removeFolder(folder) }
        var fresh = State()
        fresh.count = old.count
        for (names, number) in folders { fresh.add(Node(names: names, isFolder: true, number: number)) }
        for file in remains where !file.names.isEmpty {
            fresh.add(Node(names: file.names, bytes: file.bytes, modified: file.modified, number: file.number))
        }
        state.withLock { $0 = fresh }
    }

    /// The names that survive: those of a prefix of the steps that holds every durable one.
    private static func names(_ node: Node, _ random: inout SeededRandom) -> ([String], Int) {
        guard !node.steps.isEmpty else { return (node.names, node.number) }
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

    private func remains(
        _ id: Int, _ node: Node, _ names: [String], _ number: Int, _ random: inout SeededRandom
    ) -> Remains {
        let current = node.steps.reduce(node.names.last) { $1.to ?? ($1.from == $0 ? nil : $0) }
        let synced = node.bytes ?? []
        var remains = Remains(id: id, names: names, number: number, bytes: synced, modified: node.modified)
        guard let current, !node.isReplaced, let now = files.content(current) else { return remains }
        remains.modified = Bool.random(using: &random) ? node.modified : now.modified
        if now.bytes != synced {
            remains.bytes =
                switch Int.random(in: 0..<4, using: &random) {
                case 0: synced
                case 1: now.bytes
                case 2: Array(now.bytes.prefix(max(synced.count, Int.random(in: 0...now.bytes.count, using: &random))))
                default: synced + [UInt8](repeating: 0, count: max(0, now.bytes.count - synced.count))
                }
        }
        remains.isUntouched =
            names == [current] && node.names.count < 2 && remains.bytes == now.bytes && remains.modified == now.modified
        return remains
    }

    /// Removes what the medium does not hold, and makes the survivors; of two files under one name only the later keeps it.
    private func put(_ remains: inout [Remains], _ old: State) {
        var owners: [String: Int] = [:]
        for file in remains { for name in file.names { owners[name] = max(owners[name] ?? 0, file.number) } }
        for index in remains.indices {
            let number = remains[index].number
            let names = remains[index].names.filter { owners[$0] == number }
            if names != remains[index].names { remains[index].isUntouched = false }
            remains[index].names = names
        }
        let untouched = Set(remains.filter(\.isUntouched).map(\.id))
        for (name, id) in old.byPath where old.nodes[id]?.isFolder == false && !untouched.contains(id) {
            files.remove(name)
        }
        for index in remains.indices where !remains[index].isUntouched {
            let file = remains[index]
            remains[index].names = file.names.filter { files.isFolder(Self.folder($0)) }
            files.write(remains[index].names, file.bytes, modified: file.modified)
        }
    }
}

extension UnsyncedDisk.State {
    fileprivate mutating func add(_ node: UnsyncedDisk.Node) {
        count += 1
        nodes[count] = node
        for name in node.names { byPath[name] = count }
    }
}
