// Who we are, and becoming somebody with fewer rights.

import Glibc
package import SystemPackage

package enum Owner {
    package static var isRoot: Bool { geteuid() == 0 }
    package static var user: UInt32 { geteuid() }

    /// Run as root on files of somebody else's: become that somebody, so that nothing in the spool ends up as root's.
    package static func become(ownerOf path: FilePath) throws(FileError) {
        guard isRoot, let status = try Kernel.status(path), status.owner != 0 else { return }
        try Kernel.call(.setuid, path) { Int(setgroups(0, nil)) }
        try Kernel.call(.setuid, path) { Int(setgid(status.group)) }
        try Kernel.call(.setuid, path) { Int(setuid(status.owner)) }
    }

    /// Files are ours alone: 0600, folders 0700.
    package static func keepPrivate() {
        umask(0o077)
    }
}
