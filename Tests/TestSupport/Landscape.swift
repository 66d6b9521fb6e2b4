// What a folder looks like, in every detail that a write would change: to show that nothing was written there.

import Spool
package import SystemPackage

package enum Landscape {
    /// Names, kinds, sizes and times of everything below a folder.
    package static func of(_ folder: FilePath) throws -> [String] {
        var lines: [String] = []
        func walk(_ folder: FilePath) throws {
            for (name, status) in try Folder.contents(folder) {
                lines.append("\(folder)/\(name) \(status.kind) \(status.size) \(status.changed)")
                if status.kind == .directory { try walk(folder.appending(name)) }
            }
        }
        try walk(folder)
        return lines.sorted()
    }
}
