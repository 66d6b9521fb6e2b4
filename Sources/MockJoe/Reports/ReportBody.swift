// The bytes of one resource, made while they are read. Its size is known from the start; a part that is held in
// memory is some tens of kilobytes, whatever the size of the whole.

/// A resource's bytes: a sequence of chunks of about 128 KiB.
public struct ReportBody: Sendable, Sequence {
    /// All bytes of all chunks.
    public let size: Int
    private let parts: [ReportWriter.Part]
    private let padding: Int
    private let templates: Templates?
    private let isRaw: Bool
    private let seed: UInt64

    init(bytes: [UInt8]) {
        size = bytes.count
        parts = [.bytes(bytes)]
        padding = 0
        templates = nil
        isRaw = false
        seed = 0
    }

    /// - Parameter target: the size that padding is to reach, if the report has room for some.
    init(_ parts: [ReportWriter.Part], target: Int, templates: Templates, isRaw: Bool, seed: UInt64) {
        var sum = 0
        var canPad = false
        for part in parts {
            switch part {
            case .bytes(let bytes): sum += bytes.count
            case .bulk(let bulk): sum += bulk.count * templates.length(bulk.kind, isRaw: isRaw)
            case .padding: canPad = true
            }
        }
        padding = canPad ? Swift.max(0, target - sum) : 0
        size = sum + padding
        self.parts = parts
        self.templates = templates
        self.isRaw = isRaw
        self.seed = seed
    }

    public func makeIterator() -> Chunks { Chunks(self) }

    /// Everything at once: for small ones.
    public var bytes: [UInt8] {
        var all: [UInt8] = []
        all.reserveCapacity(size)
        for chunk in self { all += chunk }
        return all
    }

    public struct Chunks: IteratorProtocol {
        private static let room = 128 * 1024

        private let body: ReportBody
        private var part = 0
        /// Bytes or elements of the current part that have been given out.
        private var done = 0
        private var dice: Dice

        init(_ body: ReportBody) {
            self.body = body
            dice = Dice(body.seed, .bulk)
        }

        public mutating func next() -> [UInt8]? {
            guard part < body.parts.count else { return nil }
            let chunk = [UInt8](unsafeUninitializedCapacity: Self.room) { buffer, count in
                while part < body.parts.count, count < Self.room {
                    let before = count
                    let finished = fill(&buffer, &count)
                    if finished {
                        part += 1
                        done = 0
                    } else if count == before {
                        break  // the next element needs a fresh chunk
                    }
                }
            }
            return chunk.isEmpty ? nil : chunk
        }

        /// - Returns: whether the current part is at its end.
        private mutating func fill(_ buffer: inout UnsafeMutableBufferPointer<UInt8>, _ count: inout Int) -> Bool {
            switch body.parts[part] {
            case .bytes(let bytes):
                let length = Swift.min(bytes.count - done, buffer.count - count)
                bytes.withUnsafeBufferPointer { source in
                    _ = UnsafeMutableBufferPointer(rebasing: buffer[count..<(count + length)])
                        .update(fromContentsOf: source[done..<(done + length)])
                }
                count += length
                done += length
                return done == bytes.count
            case .bulk(let bulk):
                return stamp(bulk, buffer, &count)
            case .padding:
                let length = Swift.min(body.padding - done, buffer.count - count)
                for offset in 0..<length {
                    buffer[count + offset] =
                        (done + offset) % 64 == 63
                        ? UInt8(ascii: " ") : UInt8(ascii: "A") + UInt8((done + offset) * 7 % 26)
                }
                count += length
                done += length
                return done == body.padding
            }
        }

        private mutating func stamp(_ bulk: Bulk, _ buffer: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int)
            -> Bool
        {
            guard let stock = body.templates?.of(bulk.kind, isRaw: body.isRaw) else { return true }
            // Each kind has draws of its own: forms that leave one out agree on the others.
            if done == 0 { dice = Dice(body.seed, .bulk, UInt64(bulk.kind.rawValue)) }
            let length = stock[0].bytes.count
            while done < bulk.count {
                guard count + length <= buffer.count else { return false }
                let template = stock[dice.below(stock.count)]
                let room = UnsafeMutableBufferPointer(rebasing: buffer[count..<(count + length)])
                template.bytes.withUnsafeBufferPointer { _ = room.update(fromContentsOf: $0) }
                template.stamp(room, &dice)
                count += length
                done += 1
            }
            return true
        }
    }
}
