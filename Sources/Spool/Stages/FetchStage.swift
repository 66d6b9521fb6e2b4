// Joe Sandbox → inbox: every analysis of the list that the ledger does not know, oldest first.
//
// The list has no time filter and a high-water mark would lose those that finish late, so the ledger is a set of webids
// (Specification, Workflow). A download that fails skips its webid in this pass; the next pass tries again. What is never
// to be taken (encrypted, deleted, filtered) gets a line with its class and is taken again only on demand.

package struct FetchStage: Sendable {
    package struct Options: Sendable {
        package var source: String
        /// The site, for the envelope's `origin`.
        package var origin: String
        package var reportType: String
        package var run: RunChoice
        package var maximumBytes: Int
        /// Only so many of the newest of the list; and none with a lower webid.
        package var newest: Int?
        package var minimumWebid: UInt64?
        package var giveUpUnfinishedAfter: Duration
        package var filter: AnalysisFilter
        package var width: Int

        package init(
            source: String = "joe", origin: String, reportType: String = "jsonfixed", run: RunChoice = .best,
            maximumBytes: Int = 256 << 20, newest: Int? = nil, minimumWebid: UInt64? = nil,
            giveUpUnfinishedAfter: Duration = .seconds(7 * 86_400), filter: AnalysisFilter = AnalysisFilter(),
            width: Int = 4
        ) {
            self.source = source
            self.origin = origin
            self.reportType = reportType
            self.run = run
            self.maximumBytes = maximumBytes
            self.newest = newest
            self.minimumWebid = minimumWebid
            self.giveUpUnfinishedAfter = giveUpUnfinishedAfter
            self.filter = filter
            self.width = width
        }
    }

    let context: StageContext
    let source: any AnalysisSource
    let options: Options
    let ledger: Ledger

    /// After the last pass: others may fetch from now on.
    package func release() { ledger.release() }

    /// Takes the ledger's lock: one process fetches from a source on a spool.
    package init(_ context: StageContext, source: any AnalysisSource, options: Options) throws(StoreError) {
        self.context = context
        self.source = source
        self.options = options
        ledger = try context.spool.ledger(options.source)
    }

    /// Lists, then takes what is new.
    package func pass() async -> PassReport {
        await working { (report) async throws(Fault) in
            let webids = try await listed(&report)
            return webids.filter { ledger[$0] == nil }
        }
    }

    /// Takes just these, whatever the ledger says of them (`fetch ID…`).
    package func take(_ webids: [String]) async -> PassReport {
        await working(onDemand: true) { _ in webids }
    }

    /// Webids that were left out for this reason (`fetch --skipped CLASS`).
    package func skipped(_ reason: String) -> [String] {
        ledger.entries.compactMap { $0.value == .skipped(reason) ? $0.key : nil }.sorted()
    }

    private func working(
        onDemand: Bool = false, _ choose: (inout PassReport) async throws(Fault) -> [String]
    ) async -> PassReport {
        var report = PassReport()
        if let halt = await prepare() {
            report.halt = halt
            return report
        }
        do throws(Fault) {
            let webids = try await choose(&report)
            report.fresh = webids.count
            await takeAll(webids, onDemand: onDemand, &report)
        } catch {
            report.halt =
                error.isTransient || error.scope == .stageStops ? Halt(error) : Halt(Self.unreadableList(error))
        }
        return report
    }

    private static func unreadableList(_ fault: Fault) -> Fault {
        var fault = fault
        fault.scope = .stageWaits
        return fault
    }

    private func prepare() async -> Halt? {
        let spool = context.spool
        do throws(StoreError) {
            try await context.blocking {
                try spool.makeFolders()
                _ = try spool.recover(.inbox)
            }
        } catch {
            return Halt(error)
        }
        return await context.roomHalt()
    }

    /// All webids of the list without a ledger line, oldest first.
    private func listed(_ report: inout PassReport) async throws(Fault) -> [String] {
        var seen: Set<String> = []
        var newestFirst: [String] = []
        var token: String?
        var tokens: Set<String> = []
        repeat {
            let page = try await source.analyses(after: token)
            for webid in page.webids where isInBounds(webid) && seen.insert(webid).inserted {
                newestFirst.append(webid)
            }
            report.listed = newestFirst.count
            context.observe(.fetch, .progressed(report))
            token = isBeyondBounds(page, newestFirst.count) ? nil : page.next
            // A server that sends the same token again would be read for ever.
            if let next = token, !tokens.insert(next).inserted { token = nil }
        } while token != nil && !context.drain.isSet
        let wanted = newestFirst.prefix(options.newest ?? newestFirst.count)
        report.listed = wanted.count
        return wanted.reversed()
    }

    private func isInBounds(_ webid: String) -> Bool {
        guard let minimum = options.minimumWebid, let number = UInt64(webid) else { return true }
        return number >= minimum
    }

    /// Whether no later page can have anything that is wanted. The list is newest first; a page without any number on it
    /// says nothing about that.
    private func isBeyondBounds(_ page: AnalysisPage, _ count: Int) -> Bool {
        if let newest = options.newest, count >= newest { return true }
        let numbers = page.webids.compactMap { UInt64($0) }
        guard let minimum = options.minimumWebid, let highest = numbers.max() else { return false }
        return highest < minimum
    }

    private func takeAll(_ webids: [String], onDemand: Bool, _ report: inout PassReport) async {
        var rest = webids.makeIterator()
        var running = 0
        var unanswered = 0
        await withTaskGroup(of: TakeOutcome.self) { group in
            while true {
                while running < options.width, report.halt == nil, !context.drain.isSet, let webid = rest.next() {
                    if let halt = await context.roomHalt() {
                        report.halt = halt
                        break
                    }
                    running += 1
                    group.addTask { await take(webid, onDemand: onDemand) }
                }
                guard let outcome = await group.next() else { break }
                running -= 1
                unanswered = outcome.count(into: &report, unanswered: unanswered)
                context.observe(.fetch, .progressed(report))
            }
        }
        if context.drain.isSet, report.halt == nil { report.halt = .draining }
    }
}
