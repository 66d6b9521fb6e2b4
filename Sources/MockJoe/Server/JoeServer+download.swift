// `analysis/download`: the bytes of a resource, not wrapped in anything, made while they are sent; errors are JSON
// as everywhere.

import HTTPTypes
import MockKit
import NIOCore
import NIOPosix

extension JoeServer {
    func analysisDownload(_ call: Call) throws -> MockResponse {
        let entry = try entry(call)
        let type = try call.form.required("type")
        let runs = entry.analysis.runs.count
        let run = try call.form.whole("run", in: 0...max(0, runs - 1)) ?? entry.analysis.mostInterestingRun
        guard let form = ReportForm(rawValue: type) else {
            guard ReportForm.others.contains(type) else {
                throw JoeError(.invalidParameter, "Invalid parameter type: unknown type '\(type.prefix(64))'.")
            }
            throw JoeServer.notAvailable(type)
        }
        if options.product == "CloudBasic", [.json, .xml, .lightjsonfixed].contains(form) {
            throw JoeError(.permission)
        }
        guard entry.phase == .finished, !call.request.hasFault(.notReady) else {
            throw JoeError(.invalidParameter, "The analysis is not finished yet.")
        }
        guard !entry.analysis.broken else { throw JoeServer.notAvailable(type) }
        let response = try response(entry, form, run)
        change { state in
            state.downloads[entry.webid, default: 0] += 1
            return ()
        }
        return response
    }

    private static func notAvailable(_ type: String) -> JoeError {
        JoeError(.invalidParameter, "The resource '\(type)' is not available for this analysis.")
    }

    private func response(_ entry: Entry, _ form: ReportForm, _ run: Int) throws -> MockResponse {
        switch entry.source {
        case .file(let report):
            guard form.contentType == "application/json" else { throw JoeServer.notAvailable(form.rawValue) }
            return JoeServer.attachment(form.fileName(entry.analysis), form.contentType, report.size) { writer in
                try await JoeServer.send(report, to: writer)
            }
        case .reverser where form != .html: throw JoeServer.notAvailable(form.rawValue)
        case .generated, .reverser: break
        }
        let body = generator.body(of: entry.analysis, form: form, run: run)
        let name = form.fileName(entry.analysis)
        guard let password = entry.password else {
            return JoeServer.attachment(name, form.contentType, body.size) { writer in
                for chunk in body { try await writer.write(ByteBuffer(bytes: chunk)) }
            }
        }
        let zip = EncryptedZip(body, name: name, password: password, seed: entry.analysis.seed)
        return JoeServer.attachment("\(name).zip", "application/zip", zip.size) { writer in
            for chunk in zip { try await writer.write(ByteBuffer(bytes: chunk)) }
        }
    }

    /// Clients cut the name out of the header by position: quotes and the last semicolon have to be there.
    private static func attachment(
        _ name: String, _ type: String, _ size: Int,
        _ produce: @escaping @concurrent @Sendable (MockBodyWriter) async throws -> Void
    ) -> MockResponse {
        MockResponse(
            headers: [.contentType: type, .contentDisposition: "attachment; filename=\"\(name)\";"],
            body: .stream(length: size, produce), effect: "downloaded")
    }

    /// Reads on a thread of the pool: a folder may lie on a slow disk.
    @concurrent
    private static func send(_ report: FolderReport, to writer: MockBodyWriter) async throws {
        var offset = 0
        while offset < report.size {
            let (from, most) = (offset, min(128 * 1024, report.size - offset))
            guard let chunk = try await NIOThreadPool.singleton.runIfActive({ report.read(at: from, most: most) })
            else {
                throw MockError("\(report.path) became shorter while it was sent")
            }
            try await writer.write(ByteBuffer(bytes: chunk))
            offset += chunk.count
        }
    }
}
