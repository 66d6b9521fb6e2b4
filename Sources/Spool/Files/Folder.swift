// Names in a folder. Names only: whoever needs more asks `Kernel.status`.

import Glibc
package import SystemPackage

package enum Folder {
    /// All names in a folder but `.` and `..`, in the kernel's order; names that are no UTF-8 come with U+FFFD in them,
    /// which no name of ours has, so they are strangers anyway.
    package static func names(_ path: FilePath) throws(FileError) -> [String] {
        var stream: OpaquePointer?
        try Kernel.call(.readdir, path) {
            stream = path.withPlatformString { opendir($0) }
            return stream == nil ? -1 : 0
        }
        guard let stream else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            Glibc.errno = 0
            guard let entry = readdir(stream) else {
                let number = Glibc.errno
                if number != 0 { throw FileError(.readdir, path, Errno(rawValue: number)) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
    }
}
