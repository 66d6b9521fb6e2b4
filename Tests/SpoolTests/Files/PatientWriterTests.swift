import Glibc
import SystemPackage
import TestSupport
import Testing

@testable import Spool

/// Writing to somebody who takes his time.
@Suite struct PatientWriterTests {
    private struct Enough: Error {}

    private func withPipe(_ body: (_ reading: FileDescriptor, _ writing: FileDescriptor) throws -> Void) throws {
        let pipe = try FileDescriptor.pipe()
        defer {
            try? pipe.readEnd.close()
            try? pipe.writeEnd.close()
        }
        try body(pipe.readEnd, pipe.writeEnd)
    }

    @Test func `nobody reads: it is asked whether to go on, and ends when not`() throws {
        try withPipe { (_, writing) throws in
            let bytes = [UInt8](repeating: 1, count: 1 << 20)
            var asked = 0
            #expect(throws: Enough.self) {
                try bytes.withUnsafeBytes {
                    try PatientWriter(writing).write($0) {
                        asked += 1
                        if asked == 2 { throw Enough() }
                    }
                }
            }
            #expect(asked == 2)
        }
    }

    @Test func `whoever begins to read gets every byte, in order`() throws {
        try withPipe { (reading, writing) throws in
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            var got: [UInt8] = []
            var window = [UInt8](repeating: 0, count: 1 << 16)
            func read() throws {
                let count = try window.withUnsafeMutableBytes { try reading.read(into: $0) }
                got += window[..<count]
            }
            try bytes.withUnsafeBytes { try PatientWriter(writing).write($0) { try read() } }
            while got.count < bytes.count { try read() }
            #expect(got == bytes)
        }
    }

    @Test func `a reader that is gone is an error at once`() throws {
        signal(SIGPIPE, SIG_IGN)
        try withPipe { (reading, writing) throws in
            // The same number stays taken, so that nobody else's file is closed at the end.
            let null = try FileDescriptor.open("/dev/null", .readOnly)
            _ = try null.duplicate(as: reading)
            try null.close()
            #expect(throws: Errno.brokenPipe) {
                try [1].withUnsafeBytes { try PatientWriter(writing).write($0) { throw Enough() } }
            }
        }
    }

    @Test func `a file takes everything`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending("file")
            let bytes = [UInt8](repeating: 7, count: 100_000)
            let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
            try file.closeAfter { try bytes.withUnsafeBytes { try PatientWriter(file).write($0) { throw Enough() } } }
            #expect(try WholeFile.read(path) == bytes)
        }
    }
}
