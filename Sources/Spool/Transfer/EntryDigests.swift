// The digests that a bundle knows of an entry, of the whole file (manifest) and of its payload (envelope), in one reading.

import Crypto

struct EntryDigests {
    private var file = SHA256()
    private var payload = SHA256()
    private var position = 0
    private let takesPayload: Bool
    /// Both take so few bytes in turn: the next digest's work begins while the other's is still waiting for itself. A tenth
    /// quicker than one after the other; with more at a time nothing is gained.
    private static let step = 128

    /// `payload`: whether that digest is wanted, too.
    init(payload: Bool) { takesPayload = payload }

    /// Takes the file's bytes from front to back.
    mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes
        while !rest.isEmpty {
            let isPayload = takesPayload && position >= Envelope.size
            let step =
                isPayload ? Self.step - position % Self.step : takesPayload ? Envelope.size - position : rest.count
            let part = UnsafeRawBufferPointer(rebasing: rest.prefix(step))
            file.update(bufferPointer: part)
            if isPayload { payload.update(bufferPointer: part) }
            rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(part.count))
            position += part.count
        }
    }

    /// SHA-256 in hexadecimal digits; nil for what was not wanted.
    func finalize() -> (file: String, payload: String?) {
        (Envelope.hex(file.finalize()), takesPayload ? Envelope.hex(payload.finalize()) : nil)
    }
}
