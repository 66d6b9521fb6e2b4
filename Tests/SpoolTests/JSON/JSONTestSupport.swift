// What the tests of this room share: short ways to run the readers over bytes, and a source that misbehaves.

@testable import Spool

func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

/// How reading came out, so that two ways of reading can be compared, errors and all.
struct Reading: Equatable {
    var events: [JSONEvent] = []
    var repairs = 0
    var failure: JSONError?

    init(_ bytes: [UInt8], windowSize: Int? = nil, limits: JSONLimits = JSONLimits()) {
        var reader = JSONReader(MemorySource(bytes), windowSize: windowSize, limits: limits)
        do {
            while let event = try reader.next() { events.append(event) }
        } catch {
            failure = error
        }
        repairs = reader.repairs
    }
}

/// How a scan came out.
struct Scan: Equatable {
    var root: JSONSlice?
    var outline: JSONOutline?
    var failures: [JSONError] = []

    init(_ bytes: [UInt8], at path: [String] = [], windowSize: Int? = nil, limits: JSONLimits = JSONLimits()) {
        var scanner = JSONScanner(MemorySource(bytes), windowSize: windowSize, limits: limits)
        do { root = try scanner.check() } catch { failures.append(error) }
        do { outline = try scanner.outline(at: path) } catch { failures.append(error) }
    }
}

/// How a copy came out.
struct Copy: Equatable {
    var bytes: [UInt8] = []
    var outcome: JSONReindenter.Outcome?
    var failure: JSONError?

    init(_ bytes: [UInt8], style: JSONStyle, windowSize: Int? = nil, limit: Int = .max) {
        let slice = JSONSlice(kind: .object, range: 0..<bytes.count)
        var copied: [UInt8] = []
        do {
            let reindenter = JSONReindenter(MemorySource(bytes), windowSize: windowSize)
            outcome = try reindenter.copy(slice, style: style, limit: limit) { copied.append(contentsOf: $0) }
        } catch {
            failure = error
        }
        self.bytes = copied
    }

    var text: String { String(decoding: bytes, as: UTF8.self) }
}

func code(_ bytes: [UInt8]) -> JSONError.Code? { Reading(bytes).failure?.code }
func code(_ text: String) -> JSONError.Code? { code(utf8(text)) }
func scanCode(_ text: String) -> JSONError.Code? { Scan(utf8(text)).failures.first?.code }

/// The one string that a document consists of.
func decoded(_ bytes: [UInt8]) -> String? {
    guard case .string(let text)? = Reading(bytes).events.first else { return nil }
    return text
}

/// A document with one of everything.
let sampler = #"""
    {"analysis": {"generalinfo": {"id": 771703, "version": "25.0.0 Tiger's Eye", "hvm": true, "errors": null},
      "fileinfo": {"entropy": 7.25, "names": ["Größe", "日本", "\u65e5\ud83d\ude00", "C:\\Temp\\\"x\"\/\b\f\n\r\t"],
        "sizes": [0, -1, -0.5, 1e3, 12.5E-10, 1e+2, []], "empty": {}, "signatures": [[[{"a": [{}]}]]]},
      "behavior": {"processes": [{"@pid": "4", "call": [{"@data": "}]{[\\"}, {"@data": "\\\\\""}]}, false]},
      "😀": "\u0000\u2028"}}

    """#

/// A source that has less than it says, or fails, from some byte on.
struct BrokenSource: ByteSource {
    struct Failure: Error, CustomStringConvertible {
        var description: String { "the disk is gone" }
    }

    let bytes: [UInt8]
    /// From here on there is nothing any more.
    let end: Int
    let throwing: Bool

    var count: Int { bytes.count }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if throwing, offset + buffer.count > end { throw Failure() }
        return try MemorySource(Array(bytes.prefix(end))).read(at: offset, into: buffer)
    }
}

/// A generator that gives the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
