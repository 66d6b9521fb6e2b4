// What `fetch` asks of the place that analyses come from. Joe Sandbox is one; tests bring others.

package import NIOCore

/// One page of the list of analyses, newest first.
package struct AnalysisPage: Sendable, Equatable {
    /// As the other side sent them: unchecked.
    package var webids: [String]
    /// Opaque token of the next page; nil on the last one.
    package var next: String?

    package init(webids: [String], next: String?) {
        self.webids = webids
        self.next = next
    }
}

/// What is known about an analysis without downloading it (vendor notes, analysis/info).
package struct AnalysisInfo: Sendable, Equatable {
    package struct Run: Sendable, Equatable {
        package var detection: String?
        package var error: String?
        package var system: String?
        package var score: Int?

        package init(detection: String? = nil, error: String? = nil, system: String? = nil, score: Int? = nil) {
            self.detection = detection
            self.error = error
            self.system = system
            self.score = score
        }
    }

    package var webid: String
    package var analysisid: String?
    /// `accepted`, `submitted`, `running`, `finished`; anything else counts as unfinished.
    package var status: String
    /// ISO 8601 with offset, as sent.
    package var time: String?
    package var filename: String?
    /// What the submitter called it, if the sandbox calls it otherwise.
    package var originalFilename: String?
    package var tags: [String]
    package var encrypted: Bool
    package var detection: String?
    package var score: Int?
    /// `sandbox` or `reverser`; nil from older servers.
    package var type: String?
    /// The index is the `run` number.
    package var runs: [Run]

    package init(
        webid: String, analysisid: String? = nil, status: String, time: String? = nil, filename: String? = nil,
        originalFilename: String? = nil, tags: [String] = [], encrypted: Bool = false, detection: String? = nil,
        score: Int? = nil, type: String? = nil,
        runs: [Run] = []
    ) {
        self.webid = webid
        self.analysisid = analysisid
        self.status = status
        self.time = time
        self.filename = filename
        self.originalFilename = originalFilename
        self.tags = tags
        self.encrypted = encrypted
        self.detection = detection
        self.score = score
        self.type = type
        self.runs = runs
    }

    package var isFinished: Bool { status == "finished" }

    /// One of the analyses that have a UUID for a webid and no JSON report; older servers do not say so.
    package var isReverser: Bool { type == "reverser" || (type == nil && Self.isUUID(webid)) }

    private static func isUUID(_ text: String) -> Bool {
        let groups = text.split(separator: "-", omittingEmptySubsequences: false)
        return groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }
}

package protocol AnalysisSource: Sendable {
    /// One page of all analyses, newest first; `token` is nil for the first.
    func analyses(after token: String?) async throws(Fault) -> AnalysisPage

    /// nil when the other side does not know the analysis (deleted).
    func info(_ webid: String) async throws(Fault) -> AnalysisInfo?

    /// Hands the report over piece by piece, waiting for each `receive` before it reads on.
    ///
    /// An error that `receive` throws ends the transfer and comes back as it is; what the other side does wrong comes as a `Fault`.
    func download(
        _ webid: String, type: String, run: Int?, receive: (ByteBuffer) async throws -> Void
    ) async throws
}
