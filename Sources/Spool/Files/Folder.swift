// What is in a folder. A symbolic link in place of a folder is not followed.

import Glibc
package import SystemPackage

package enum Folder {
    /// All names in a folder but `.` and `..`, in the kernel's order; names that are no UTF-8 come with U+FFFD in them,
    /// which no name of ours has, so they are strangers anyway.
    package static func names(_ path: FilePath) throws(FileError) -> [String] {
        var names: [String] = []
        try walk(path) { (name, _, _) in names.append(String(cString: name)) }
        return names
    }

    /// The same with their bytes as they are, for whoever must reach a stranger.
    package static func components(_ path: FilePath) throws(FileError) -> [FilePath.Component] {
        var components: [FilePath.Component] = []
        try walk(path) { (name, _, _) in
            if let component = FilePath.Component(platformString: name) { components.append(component) }
        }
        return components
    }

    /// Names of the folders in a folder: no link to one, no file that is called like one.
    package static func folders(_ path: FilePath) throws(FileError) -> [String] {
        var names: [String] = []
        try walk(path) { (name, folder, type) throws(FileError) in
            switch type {
            case UInt8(DT_DIR): names.append(String(cString: name))
            case UInt8(DT_UNKNOWN):
                // A file system that does not say.
                var raw = stat()
                let found = fstatat(folder, name, &raw, AT_SYMLINK_NOFOLLOW) == 0
                if found, raw.st_mode & S_IFMT == S_IFDIR { names.append(String(cString: name)) }
            default: break
            }
        }
        return names
    }

    /// Names with what lies there, links not followed; what went away meanwhile is left out.
    package static func contents(
        _ path: FilePath, where isWanted: (String) -> Bool = { _ in true }
    ) throws(FileError) -> [(name: String, status: FileStatus)] {
        var contents: [(name: String, status: FileStatus)] = []
        try walk(path) { (name, folder, _) throws(FileError) in
            let text = String(cString: name)
            guard isWanted(text) else { return }
            var raw = stat()
            do throws(FileError) {
                try Kernel.call(.stat, path) { Int(fstatat(folder, name, &raw, AT_SYMLINK_NOFOLLOW)) }
            } catch  where error.isMissing {
                return
            }
            contents.append((text, FileStatus(raw)))
        }
        return contents
    }

    private static func walk(
        _ path: FilePath, _ body: (UnsafePointer<CChar>, Int32, UInt8) throws(FileError) -> Void
    ) throws(FileError) {
        let descriptor = try OpenFile(path, .folder).duplicate()
        var stream: OpaquePointer?
        do {
            try Kernel.call(.readdir, path) {
                stream = fdopendir(descriptor)
                return stream == nil ? -1 : 0
            }
        } catch {
            close(descriptor)
            throw error
        }
        guard let stream else { return }
        defer { closedir(stream) }
        while true {
            Glibc.errno = 0
            guard let entry = readdir(stream) else {
                let number = Glibc.errno
                if number != 0 { throw FileError(.readdir, path, Errno(rawValue: number)) }
                return
            }
            let type = entry.pointee.d_type
            try withUnsafePointer(to: &entry.pointee.d_name) { (tuple) throws(FileError) in
                let name = UnsafeRawPointer(tuple).assumingMemoryBound(to: CChar.self)
                if strcmp(name, ".") != 0 && strcmp(name, "..") != 0 { try body(name, descriptor, type) }
            }
        }
    }
}
