// Samples that come in chunks, until they are complete. Only their digests outlive them; neither the bytes nor
// unfinished uploads are part of the state.

import Crypto
import MockKit
import NIOCore
import Synchronization

final class Uploads: Sendable {
    private struct Upload {
        var size: Int
        var chunks: [Int: ByteBuffer] = [:]
    }

    private static let largest = 100 * 1024 * 1024
    private let uploads = Mutex<[Int: Upload]>([:])

    /// Of many that are never completed the oldest is given up.
    func begin(_ id: Int) {
        uploads.withLock { uploads in
            if uploads.count >= 64, let oldest = uploads.keys.min() { uploads[oldest] = nil }
            uploads[id] = Upload(size: 0)
        }
    }

    func clear() { uploads.withLock { $0 = [:] } }

    /// Takes a chunk.
    /// - Returns: the whole sample, once it is complete.
    func add(_ id: Int, index: Int, of count: Int, total: Int, _ chunk: ByteBuffer) throws -> [ByteBuffer]? {
        guard total <= Uploads.largest else { throw JoeError.invalid("file-size") }
        return try uploads.withLock { uploads in
            guard var upload = uploads[id] else {
                throw JoeError(.invalidParameter, "Invalid parameter submission_id: it awaits no chunks.")
            }
            if upload.size != 0, upload.size != total { throw JoeError.invalid("file-size") }
            upload.size = total
            upload.chunks[index] = chunk
            let held = upload.chunks.values.reduce(0) { $0 + $1.readableBytes }
            guard held <= total else { throw JoeError.invalid("current-chunk-size") }
            uploads[id] = upload
            guard upload.chunks.count == count else { return nil }
            guard held == total else { throw JoeError.invalid("file-size") }
            uploads[id] = nil
            return upload.chunks.sorted { $0.key < $1.key }.map(\.value)
        }
    }
}

extension Digests {
    /// Of a sample that was really uploaded. The fuzzy hash is made up.
    init(_ sample: [ByteBuffer]) {
        var (md5, sha1, sha256, sha512) = (Insecure.MD5(), Insecure.SHA1(), SHA256(), SHA512())
        for piece in sample {
            piece.withUnsafeReadableBytes { bytes in
                md5.update(bufferPointer: bytes)
                sha1.update(bufferPointer: bytes)
                sha256.update(bufferPointer: bytes)
                sha512.update(bufferPointer: bytes)
            }
        }
        let long = Digests.hex(sha512.finalize())
        self.init(
            md5: Digests.hex(md5.finalize()), sha1: Digests.hex(sha1.finalize()),
            sha256: Digests.hex(sha256.finalize()), sha512: long,
            ssdeep: "3:\(long.prefix(20)):\(long.suffix(14))")
    }

    private static func hex(_ bytes: some Sequence<UInt8>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
