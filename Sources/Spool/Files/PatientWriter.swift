// Writing into a pipe whose reader takes its time. A write into a full pipe waits inside the kernel, where no word to stop
// reaches it. So it is asked first whether there is room, for a moment at a time, and no more is written at once than what a
// pipe with room takes without waiting.
//
// Not by O_NONBLOCK: that would hold for everybody who shares the open file with us, the shell among them.

import Glibc
package import SystemPackage

package struct PatientWriter: Sendable {
    /// A pipe has room for a page or for nothing (`pipe(7)`: PIPE_BUF).
    private static let piece = 4096
    /// How long the kernel is asked at a time.
    private static let moment: Int32 = 200

    private let descriptor: FileDescriptor
    /// Files take what they are given.
    private let isFile: Bool

    package init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        var status = stat()
        isFile = fstat(descriptor.rawValue, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Writes all of it. `goOn` is asked whenever there was no room for a moment; what it throws ends the writing.
    package func write(_ bytes: UnsafeRawBufferPointer, while goOn: () throws -> Void) throws {
        var rest = bytes
        while !rest.isEmpty {
            while !hasRoom() { try goOn() }
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(isFile ? rest.count : Self.piece))
            let count = Glibc.write(descriptor.rawValue, part.baseAddress, part.count)
            if count < 0 {
                let number = Glibc.errno
                // Somebody else has made it non-blocking, or was quicker.
                guard number == EINTR || number == EAGAIN else { throw Errno(rawValue: number) }
                continue
            }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        }
    }

    /// Room, an error, or a reader that is gone: anything that a write answers at once.
    private func hasRoom() -> Bool {
        var wanted = pollfd(fd: descriptor.rawValue, events: Int16(POLLOUT), revents: 0)
        return poll(&wanted, 1, Self.moment) > 0
    }
}
