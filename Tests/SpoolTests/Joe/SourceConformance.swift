// What every AnalysisSource must do, whatever is behind it. Run by the tests of each implementation.

import NIOCore
import Spool
import Testing

struct SourceConformance {
    var source: any AnalysisSource
    /// All webids, in their order.
    var webids: [String]
    /// A finished analysis whose report can be fetched, and the type to ask for.
    var finished: String
    var type = "jsonfixed"
    /// A webid that the other side does not know.
    var unknown = "99999999"

    func check() async throws {
        try await pagesEnd()
        try await infoIsAboutTheAnalysis()
        try await unknownIsNil()
        try await downloadIsWholeAndOrdered()
        try await errorOfTheReceiverComesBack()
        try await downloadOfUnknownIsAFault()
    }

    private func pagesEnd() async throws {
        var seen: [String] = []
        var tokens: Set<String> = []
        var token: String?
        repeat {
            let page = try await source.analyses(after: token)
            seen += page.webids
            token = page.next
            if let token { try #require(tokens.insert(token).inserted, "a page came twice") }
        } while token != nil
        #expect(seen == webids)
    }

    private func infoIsAboutTheAnalysis() async throws {
        let info = try #require(try await source.info(finished))
        #expect(info.webid == finished)
        #expect(info.isFinished)
        #expect(!info.runs.isEmpty)
    }

    private func unknownIsNil() async throws {
        #expect(try await source.info(unknown) == nil)
    }

    private func downloadIsWholeAndOrdered() async throws {
        let once = try await download()
        #expect(once.first == UInt8(ascii: "{"))
        #expect(once.last { !Character(Unicode.Scalar($0)).isWhitespace } == UInt8(ascii: "}"))
        #expect(try await download() == once)
    }

    private func download() async throws -> [UInt8] {
        var bytes: [UInt8] = []
        var isReceiving = false
        try await source.download(finished, type: type, run: 0) { piece in
            #expect(!isReceiving, "the next piece came before the last one was taken")
            isReceiving = true
            await Task.yield()
            bytes += piece.readableBytesView
            isReceiving = false
        }
        return bytes
    }

    private struct DiskFull: Error {}

    private func errorOfTheReceiverComesBack() async throws {
        await #expect(throws: DiskFull.self) {
            try await source.download(finished, type: type, run: nil) { _ in throw DiskFull() }
        }
    }

    private func downloadOfUnknownIsAFault() async throws {
        var received = 0
        let fault = await fault {
            try await source.download(unknown, type: type, run: nil) { received += $0.readableBytes }
        }
        #expect(fault?.scope == .entryFailed)
        #expect(received == 0)
    }
}
