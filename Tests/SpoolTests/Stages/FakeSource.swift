// A Joe Sandbox of values: what it lists, what it says of each, what it sends.

import NIOCore
import Spool
import Synchronization

final class FakeSource: AnalysisSource {
    struct Analysis: Sendable {
        var info: AnalysisInfo?
        var body: String?
        var fault: Fault?
    }

    struct State: Sendable {
        var pages: [[String]] = []
        var analyses: [String: Analysis] = [:]
        var listFault: Fault?
        var infoFault: Fault?
        /// Pages asked for.
        var listed = 0
        var downloads: [String] = []
        var runs: [Int?] = []
    }

    let state = Mutex(State())

    init(_ webids: [String] = []) {
        state.withLock { state in
            state.pages = [webids]
            for webid in webids { state.analyses[webid] = Self.finished(webid) }
        }
    }

    static func finished(_ webid: String) -> Analysis {
        Analysis(
            info: AnalysisInfo(
                webid: webid, analysisid: "7\(webid)", status: "finished", time: "2018-12-20T19:48:24+01:00",
                detection: "malicious", score: 64,
                runs: [.init(detection: "clean", score: 0), .init(detection: "malicious", score: 64)]),
            body: StageBench.report())
    }

    func change(_ webid: String, _ body: (inout Analysis) -> Void) {
        state.withLock { body(&$0.analyses[webid, default: Analysis()]) }
    }

    var downloads: [String] { state.withLock(\.downloads) }

    func analyses(after token: String?) async throws(Fault) -> AnalysisPage {
        let (fault, pages) = state.withLock { state in
            state.listed += 1
            return (state.listFault, state.pages)
        }
        if let fault { throw fault }
        let number = token.flatMap { Int($0) } ?? 0
        return AnalysisPage(webids: pages[number], next: number + 1 < pages.count ? "\(number + 1)" : nil)
    }

    func info(_ webid: String) async throws(Fault) -> AnalysisInfo? {
        let (fault, info) = state.withLock { ($0.infoFault, $0.analyses[webid]?.info) }
        if let fault { throw fault }
        return info
    }

    func download(_ webid: String, type: String, run: Int?, receive: (ByteBuffer) async throws -> Void) async throws {
        let analysis = state.withLock { state in
            state.downloads.append(webid)
            state.runs.append(run)
            return state.analyses[webid]
        }
        if let body = analysis?.body {
            for piece in stride(from: 0, to: body.utf8.count, by: 100) {
                try await receive(ByteBuffer(bytes: Array(body.utf8)[piece..<min(piece + 100, body.utf8.count)]))
            }
        }
        if let fault = analysis?.fault { throw fault }
    }
}
