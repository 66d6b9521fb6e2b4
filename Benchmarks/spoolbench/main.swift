// The program's own side of `make bench`; scripts/bench.sh puts the others beside it.
//
//   spoolbench generate BYTES FILE   a generated report of about that size, as Joe Sandbox sends it
//   spoolbench map FILE [TIMES]      maps it; prints one JSON object: bytes, seconds (best), rss_kib (peak)
//   spoolbench commit FOLDER COUNT WIDTH SIZE   makes a spool there and commits entries to it, WIDTH at a time; prints seconds

import MockJoe
import NIOPosix
import Spool
import SystemPackage

struct FileBytes: ByteSource {
    let file: OpenFile
    let count: Int

    init(_ path: FilePath) throws {
        file = try OpenFile(path, .read)
        count = try file.status().size
    }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try file.read(at: offset, into: buffer)
    }
}

func generate(_ size: Int, _ path: FilePath) throws {
    let generator = ReportGenerator(seed: 7, count: 1, reportSize: size)
    let file = try OpenFile(path, .create)
    _ = try generator.write(at: 0, form: .jsonfixed) { try file.write($0) }
    print("\(try file.status().size) bytes")
}

func map(_ path: FilePath, times: Int) throws {
    let source = try FileBytes(path)
    let mapper = ReportMapper(MappingOptions())
    var best = Duration.seconds(1_000_000)
    var length = 0
    for _ in 0..<times {
        let clock = ContinuousClock()
        let start = clock.now
        let report = try mapper.map(source, context: AnalysisContext(webid: "752112"))
        best = min(best, clock.now - start)
        length = report.body.utf8.count
    }
    let status = try OpenFile("/proc/self/status", .read).bytes(limit: 8192)
    let peak = String(decoding: status, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kib = peak?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    print(#"{"bytes":\#(source.count),"seconds":\#(best / .seconds(1)),"body":\#(length),"rss_kib":\#(kib)}"#)
}

/// Each entry is born as `fetch` does it, but for the ledger's line.
func commit(_ folder: FilePath, count: Int, width: Int, size: Int) async throws {
    let spool = try SpoolStore.create(at: folder, program: "bench") {
        Timestamp(nanoseconds: 1_800_000_000_000_000_000)
    }
    let threads = NIOThreadPool(numberOfThreads: width)
    threads.start()
    defer { threads.shutdownGracefully { _ in } }
    let pool = BlockingPool(threads: threads)
    let payload = [UInt8](repeating: 0x78, count: size)
    let start = ContinuousClock.now
    try await withThrowingTaskGroup(of: Void.self) { group in
        for number in 0..<count {
            if number >= width { try await group.next() }
            group.addTask {
                try await pool.run {
                    guard let id = EntryID(source: "joe", webid: "\(number)") else { return }
                    let writer = try spool.writer(
                        .inbox,
                        Envelope(id: id, kind: .analysis, created: spool.now(), origin: "bench", program: "bench"))
                    try writer.write(payload)
                    try writer.commit()
                }
            }
        }
        try await group.waitForAll()
    }
    print((ContinuousClock.now - start) / .seconds(1))
}

let arguments = Array(CommandLine.arguments.dropFirst())
switch (arguments.first, arguments.count) {
case ("generate", 3): try generate(Int(arguments[1]) ?? 0, FilePath(arguments[2]))
case ("map", 2...3): try map(FilePath(arguments[1]), times: arguments.count == 3 ? Int(arguments[2]) ?? 1 : 5)
case ("commit", 5):
    let numbers = arguments.suffix(3).compactMap { Int($0) }
    guard numbers.count == 3, numbers[1] > 0 else { fallthrough }
    try await commit(FilePath(arguments[1]), count: numbers[0], width: numbers[1], size: numbers[2])
default:
    print("usage: spoolbench generate BYTES FILE | map FILE [TIMES] | commit FOLDER COUNT WIDTH SIZE")
}
