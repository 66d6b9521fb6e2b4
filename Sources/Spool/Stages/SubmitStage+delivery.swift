// One report's way to the other side: create, look up, update, tags.

extension SubmitStage {
    /// Where a report ended up.
    struct Delivery: Sendable {
        var id: String
        var kind: EntryOutcome.DoneKind
        var traceID: String?
        /// For the journal: what was special.
        var remark = ""
    }

    /// How often a report that is called too large is shortened before it is given up.
    private static let shortenings = 6

    /// Creates the report; if it is refused and `lookUpOnRefusal`, looks whether its external id is taken.
    ///
    /// Only a refusal of the report itself shortens it or looks it up: what is said to its tags comes when it is there, and
    /// sending it again then would make a second one.
    func create(_ report: MappedReport, _ id: EntryID, lookUpOnRefusal: Bool) async throws(Fault) -> Delivery {
        var report = report
        var remark = ""
        for _ in 0...Self.shortenings {
            do throws(Fault) {
                return try await createOnce(report, id, remark)
            } catch  where error.code == .tooLarge && !error.mayHaveArrived {
                report = try shortened(report, because: error)
                remark = ", shortened to \(report.body.utf8.count) bytes since it was called too large"
            } catch  where lookUpOnRefusal && error.scope == .entryFailed && !error.mayHaveArrived {
                guard let existing = try await sink.find(externalID: externalID(id)).value else { throw error }
                return try await update(existing, report, id)
            }
        }
        throw Fault(.tooLarge, .entryFailed, "the report is called too large however short it is made")
    }

    /// Whatever goes wrong once it is accepted, and whenever it is not certain that it was not, says so: until `settle` has
    /// passed a look-up would not see it, and it would be created twice.
    private func createOnce(_ report: MappedReport, _ id: EntryID, _ remark: String) async throws(Fault) -> Delivery {
        let created: Traced<String>
        do throws(Fault) {
            created = try await sink.create(outgoing(report, id))
        } catch {
            var fault = error
            fault.mayHaveArrived = (fault.status ?? 0) >= 500
            throw fault
        }
        var delivery = Delivery(id: created.value, kind: .fresh, traceID: created.traceID, remark: remark)
        do throws(Fault) {
            delivery.traceID = try await setTags(report.tags, on: created.value, isNew: true) ?? created.traceID
        } catch {
            var fault = error
            fault.mayHaveArrived = true
            throw fault
        }
        return delivery
    }

    /// For what may be there already.
    func createOrUpdate(_ report: MappedReport, _ id: EntryID) async throws(Fault) -> Delivery {
        if let existing = try await sink.find(externalID: externalID(id)).value {
            return try await update(existing, report, id)
        }
        return try await create(report, id, lookUpOnRefusal: true)
    }

    private func update(_ existing: RemoteReport, _ report: MappedReport, _ id: EntryID) async throws(Fault) -> Delivery
    {
        try checkEnclave(of: existing, id)
        var delivery = Delivery(id: existing.id, kind: .unchanged)
        var report = report
        if options.onExisting == .update, !isSame(existing, outgoing(report, id)) {
            delivery.kind = .updated
            for attempt in 0...Self.shortenings {
                do throws(Fault) {
                    let current = outgoing(report, id)
                    delivery.traceID = try await present { () async throws(Fault) in
                        try await sink.update(current)
                    }.traceID
                    break
                } catch  where error.code == .tooLarge && attempt < Self.shortenings {
                    report = try shortened(report, because: error)
                    delivery.remark = ", shortened to \(report.body.utf8.count) bytes since it was called too large"
                }
            }
        }
        let traceID = try await setTags(report.tags, on: existing.id, isNew: false)
        delivery.traceID = traceID ?? delivery.traceID
        return delivery
    }

    /// An update names our enclave, and so would carry a report over that lies elsewhere. What does not say where it lies
    /// is left alone as well.
    private func checkEnclave(of existing: RemoteReport, _ id: EntryID) throws(Fault) {
        let enclaves = existing.enclaveIDs
        guard !enclaves.contains(where: { $0.lowercased() == options.enclaveID.lowercased() }) else { return }
        let place = enclaves.isEmpty ? "an enclave that TruSTAR does not name" : enclaves.joined(separator: ", ")
        throw Fault(
            .conflict, .entryFailed,
            "external id \(externalID(id)) belongs to report \(existing.id) in another enclave (\(place), not"
                + " \(options.enclaveID)); nothing was changed there."
                + " Use trustar.external_id: enclave-base64, or that enclave")
    }

    /// Adds what is missing of our tags; on an update also removes ours that are stale, and leaves the analysts' alone.
    ///
    /// The other side stores tags in lower case, so they are compared without case.
    private func setTags(_ tags: [String], on id: String, isNew: Bool) async throws(Fault) -> String? {
        let known = isNew ? [] : try await present { () async throws(Fault) in try await sink.tags(of: id) }.value
        // What is only to be skipped is not touched either; but one without any of our tags was left by a crash between
        // the two calls.
        if !isNew, options.onExisting == .skip, known.contains(where: Self.isOurs) { return nil }
        let wanted = Set(tags.map { $0.lowercased() })
        let there = Set(known.map { $0.lowercased() })
        let missing = tags.filter { !there.contains($0.lowercased()) }
        let stale = known.filter { Self.isOurs($0) && !wanted.contains($0.lowercased()) }
        guard !missing.isEmpty || !stale.isEmpty else { return nil }
        return try await present { () async throws(Fault) in
            try await sink.alterTags(of: id, add: missing, remove: stale)
        }.traceID
    }

    /// For calls about a report that was just created or found: "not found" then means that not every part of the other side
    /// sees it yet (vendor notes, TruSTAR), which time heals.
    private func present<Value>(_ call: () async throws(Fault) -> Value) async throws(Fault) -> Value {
        do throws(Fault) {
            return try await call()
        } catch {
            guard error.code == .notFound else { throw error }
            var fault = error
            fault.scope = .entryDeferred
            throw fault
        }
    }

    private static func isOurs(_ tag: String) -> Bool {
        let name = tag.lowercased()
        return ["confidence:", "maliciousness:"].contains { name.hasPrefix($0) }
    }

    private func shortened(_ report: MappedReport, because fault: Fault) throws(Fault) -> MappedReport {
        guard let shorter = report.shortened(toBytes: report.body.utf8.count / 4 * 3) else {
            throw Fault(
                .tooLarge, .entryFailed, "the report is called too large and cannot be made shorter: \(fault.message)",
                status: fault.status, traceID: fault.traceID)
        }
        return shorter
    }

    /// Whether an update would change nothing; what the other side does not show counts as different.
    private func isSame(_ existing: RemoteReport, _ report: OutgoingReport) -> Bool {
        existing.title == report.title && existing.body == report.body && existing.externalURL == report.externalURL
            && existing.timeBegan == report.timeBegan.flatMap(Self.milliseconds)
    }

    /// The instant of mapping's `2018-12-20T19:48:25+01:00` in milliseconds since 1970; nil for any other form.
    static func milliseconds(_ time: String) -> Int64? {
        guard let local = Timestamp(rfc3339: "\(time.prefix(19)).000Z") else { return nil }
        let zone = time.dropFirst(19)
        if zone == "Z" { return local.nanoseconds / 1_000_000 }
        let parts = zone.dropFirst().split(separator: ":")
        guard zone.first == "+" || zone.first == "-", parts.count == 2, let hours = Int64(parts[0]),
            let minutes = Int64(parts[1]), (0...23).contains(hours), (0...59).contains(minutes)
        else { return nil }
        let offset = (hours * 60 + minutes) * 60_000
        return local.nanoseconds / 1_000_000 - (zone.first == "+" ? offset : -offset)
    }

    func externalID(_ id: EntryID) -> String {
        options.externalID.encode(webid: id.webid, enclave: options.enclaveID)
    }

    func outgoing(_ report: MappedReport, _ id: EntryID) -> OutgoingReport {
        OutgoingReport(
            externalID: externalID(id), enclaveID: options.enclaveID, title: report.title, body: report.body,
            timeBegan: report.timeBegan, externalURL: report.externalURL)
    }
}
