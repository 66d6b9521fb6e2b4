// `submission/*`: what is submitted becomes analyses on the server's clock and is then listed, described and
// downloadable like the others.

import MockKit
import NIOCore

extension JoeServer {
    func submissionNew(_ call: Call) throws -> MockResponse {
        try checkTerms(call.form)
        let target = try Target(call.form, chunkedUploads: options.chunkedUploads)
        try JoeServer.checkParameters(call.form)
        let id = try change { state in
            state.quota.turn(to: call.time)
            guard state.quota.today < options.dailyQuota else {
                throw JoeError(
                    .quota, "The number of allowed submissions (\(options.dailyQuota)) per day have been reached.")
            }
            guard state.quota.thisMonth < options.monthlyQuota else {
                throw JoeError(
                    .quota, "The number of allowed submissions (\(options.monthlyQuota)) per month have been reached.")
            }
            state.quota.today += 1
            state.quota.thisMonth += 1
            let id = state.nextSubmission
            state.nextSubmission += 1
            var submission = Submission(
                id: id, name: target.name, begun: call.time, isWaiting: target.isChunked, analyses: [])
            // Those of an upload in chunks are there from the start, too, but begin when it is complete.
            submission.analyses = analyses(target, call, &state)
            state.submissions.append(submission)
            return id
        }
        if target.isChunked { uploads.begin(id) }
        return JoeServer.data(["submission_id": .string(String(id))], effect: "submitted")
    }

    private func checkTerms(_ form: JoeForm) throws {
        guard form["accept-tac"] == "1" else {
            throw JoeError(.invalidParameter, "You have to accept the Terms and Conditions (parameter accept-tac).")
        }
    }

    private func analyses(_ target: Target, _ call: Call, _ state: inout JoeState) -> [Submitted] {
        let isArchive =
            target.name.lowercased().hasSuffix(".zip") && call.form["archive-no-unpack"] != "1" && target.kind.isFile
        let stem = target.name.dropLast(4)
        let names = isArchive ? ["\(stem)-1.exe", "\(stem)-2.docx"] : [target.name]
        return names.map { name in
            let kind = isArchive ? Target.kind(ofFile: name) : target.kind
            let submitted = Submitted(
                webid: state.nextWebid, kind: kind, verdict: Target.verdict(of: name, kind), name: name,
                digests: isArchive || target.isChunked ? nil : target.sample.map { Digests([$0]) },
                size: isArchive ? nil : target.sample?.readableBytes, systems: call.form.fields.all("systems[]"),
                comments: call.form["comments"] ?? "", tags: call.form.fields.all("tags[]"), script: target.script,
                password: call.form["encrypt-with-password"].flatMap { $0.isEmpty ? nil : $0 }, begun: call.time)
            state.nextWebid += 1
            return submitted
        }
    }

    func submissionChunk(_ call: Call) throws -> MockResponse {
        let form = call.form
        let id = try submission(call).id
        guard let total = try form.whole("file-size", in: 1...Int.max),
            let count = try form.whole("chunk-count", in: 1...100_000),
            let index = try form.whole("current-chunk-index", in: 1...max(1, count)),
            let size = try form.whole("current-chunk-size", in: 0...Int.max)
        else {
            throw JoeError(
                .missingParameter,
                "Missing parameter file-size, chunk-count, current-chunk-index or current-chunk-size.")
        }
        guard let chunk = form.file("chunk") else { throw JoeError.missing("chunk") }
        guard chunk.content.readableBytes == size else { throw JoeError.invalid("current-chunk-size") }
        if let sample = try uploads.add(id, index: index, of: count, total: total, chunk.content) {
            let digests = Digests(sample)
            change { state in
                guard let place = state.submissions.firstIndex(where: { $0.id == id }) else { return }
                state.submissions[place].isWaiting = false
                state.submissions[place].begun = call.time
                let isSingle = state.submissions[place].analyses.count == 1
                for number in state.submissions[place].analyses.indices {
                    state.submissions[place].analyses[number].begun = call.time
                    guard isSingle else { continue }
                    state.submissions[place].analyses[number].digests = digests
                    state.submissions[place].analyses[number].size = total
                }
            }
        }
        return JoeServer.data(["submission_id": .string(String(id))], effect: "uploaded")
    }

    private func submission(_ call: Call) throws -> Submission {
        let text = try call.form.required("submission_id")
        guard let id = Int(text), let submission = state.submission(id) else { throw JoeError.invalid("submission_id") }
        return submission
    }

    func submissionInfo(_ call: Call) throws -> MockResponse {
        JoeServer.data(info(try submission(call), whole: true, at: call.time))
    }

    /// This call pages always: the client sends no flag.
    func submissionList(_ call: Call) throws -> MockResponse {
        let after = try call.form["pagination_next"].map(Token.rank) ?? Int.max
        let state = state
        let all = state.submissions.reversed().filter { $0.id < after && state.deletedSubmissions[$0.id] == nil }
        let page = all.prefix(max(1, options.pageSize))
        var pagination: [String: JSONValue] = [:]
        if all.count > page.count, let last = page.last { pagination["next"] = .string(Token.text(last.id)) }
        return MockResponse.json([
            "data": .array(page.map { info($0, whole: false, at: call.time) }), "pagination": .object(pagination),
        ])
    }

    func submissionDelete(_ call: Call) throws -> MockResponse {
        let submission = try submission(call)
        change { state in
            state.deletedSubmissions[submission.id] = call.time
            for analysis in submission.analyses { state.deleted[String(analysis.webid)] = call.time }
        }
        return JoeServer.data(["deleted": true], effect: "deleted")
    }

    private func info(_ submission: Submission, whole: Bool, at time: Int) -> JSONValue {
        let phase = options.timings.phase(begun: submission.begun, at: time)
        var members: [String: JSONValue] = [
            "submission_id": .string(String(submission.id)), "name": .string(submission.name),
            "status": .string(phase.rawValue),
            "time": .string(Civil(instant: submission.begun / 1000).iso),
        ]
        guard whole, phase > .accepted else { return .object(members) }
        let state = state
        let entries =
            submission.isWaiting
            ? []
            : submission.analyses.filter { state.deleted[String($0.webid)] == nil }.compactMap {
                library.entry($0, time: time)
            }
        members["analyses"] = .array(entries.map(info))
        let worst = entries.max { ($0.analysis.verdict, $0.analysis.score) < ($1.analysis.verdict, $1.analysis.score) }
        members["most_relevant_analysis"] =
            worst.map { entry in
                let isFinished = entry.phase == .finished
                return [
                    "webid": .string(entry.webid),
                    "detection": .string(isFinished ? entry.analysis.verdict.rawValue : "unknown"),
                    "score": .integer(isFinished ? entry.analysis.score : 0),
                ]
            } ?? .null
        return .object(members)
    }
}
