// The report of an analysis, piece by piece. It may be larger than memory, so it is handed on as it comes and the next
// piece is read only when the last one was taken.
//
// Success has no envelope, so a body must prove that it is a report: the first kilobyte is held back until it is clear
// that it is neither a page, nor a zip archive (an encrypted analysis), nor an error that came with status 200. What
// ends before its Content-Length is cut short, whatever the connection says. A body without a length that is cut
// passes here; the receiver finds out, since half a JSON document is none.

package import NIOCore

extension JoeClient {
    package func download(
        _ webid: String, type: String, run: Int?, receive: (ByteBuffer) async throws -> Void
    ) async throws {
        do {
            try await transfer(webid, type, run, receive)
        } catch let fault as Fault where fault.code == .licence {
            throw await explained(fault, webid, run, instead: type)
        }
    }

    private func transfer(
        _ webid: String, _ type: String, _ run: Int?, _ receive: (ByteBuffer) async throws -> Void
    ) async throws {
        let call = downloadCall(webid, type)
        var answer = try await start(downloadRequest(webid, type, run), for: call)
        var gate = ReportGate(expectsJSON: type.contains("json"), isHTML: answer.headers.isHTML)
        var count = 0
        while let piece = try await answer.piece(for: call) {
            count += piece.readableBytes
            guard count <= limits.reportBytes else {
                let detail = "the limit is \(limits.reportBytes) bytes"
                throw call.fault(.tooLarge, status: answer.status, detail: detail)
            }
            if let passed = try pass(gate.admit(piece), of: answer, for: call) { try await receive(passed) }
        }
        if let expected = answer.headers.plainLength, count < expected {
            throw call.fault(.truncated, status: answer.status, detail: "\(count) of \(expected) bytes came")
        }
        if let passed = try pass(gate.finish(), of: answer, for: call) { try await receive(passed) }
    }

    func downloadCall(_ webid: String, _ type: String) -> Call {
        let name = RemoteText.clean(webid, limit: 80)
        return call("download of analysis \(name) (\(type))", Self.downloadPath, about: .entry)
    }

    func downloadRequest(_ webid: String, _ type: String, _ run: Int?) -> HTTPRequest {
        var fields = [("webid", webid), ("type", type)]
        if let run { fields.append(("run", String(run))) }
        return request(Self.downloadPath, fields, timeout: limits.downloadTimeout)
    }

    private static let downloadPath = "v2/analysis/download"

    func start(_ request: HTTPRequest, for call: Call) async throws(Fault) -> HTTPAnswer {
        let answer: HTTPAnswer
        do {
            answer = try await transport.send(request)
        } catch {
            throw call.fault(error)
        }
        guard answer.isSuccess else {
            throw refusal(try await answer.collect(limit: limits.answerBytes, for: call), for: call)
        }
        return answer
    }

    private func pass(_ admission: ReportGate.Admission, of answer: HTTPAnswer, for call: Call) throws(Fault)
        -> ByteBuffer?
    {
        switch admission {
        case .wait: return nil
        case .pass(let bytes): return bytes
        case .refuse(let problem, let detail): throw call.fault(problem, status: answer.status, detail: detail)
        case .error(let body):
            let whole = SmallAnswer(status: answer.status, headers: answer.headers, body: body)
            throw refusal(whole, for: call)
        }
    }
}

extension HTTPAnswer {
    fileprivate mutating func piece(for call: Call) async throws(Fault) -> ByteBuffer? {
        do {
            return try await body.next()
        } catch {
            throw call.fault(error)
        }
    }
}
