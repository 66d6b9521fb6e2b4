// The two digests that a bundle knows of an entry, of the whole file (manifest) and of its payload (envelope), in one reading.

import Crypto

struct EntryDigests {
    private var file = SHA256()
    private var payload = SHA256()
    private var position = 0
    /// Both take so few bytes in turn: the next digest's work begins while the other's is still waiting for itself. A tenth
    /// quicker than one after the other; with more at a time nothing is gained.
    private static let step = 128

    /// Takes the file's bytes from front to back.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let isEnvelope = position < Envelope.size
            let step = isEnvelope ? Envelope.size - position : Self.step - position % Self.step
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(step))
            file.update(bufferPointer: part)
            if !isEnvelope { payload.update(bufferPointer: part) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
            position += part.count
        }
    }

    /// SHA-256 in hexadecimal digits.
    func finalize() -> (file: String, payload: String) {
        (Envelope.hex(file.finalize()), Envelope.hex(payload.finalize()))
    }
}
