// The two stages of an air gap: what is ready goes into bundles in a folder; what arrives in a folder comes in.
//
// Each is one pass for the one loop, like any stage: it says what it did, and why it stopped if it did. What a stage waits for
// (the medium is not there, no room, another export of the stream) is for the loop; what is wrong with one bundle is said once.

import Synchronization
package import SystemPackage

/// queue → bundles.
package struct ExportPass: Sendable {
    fileprivate let context: StageContext
    fileprivate let selection: ExportSelection
    fileprivate let options: ExportOptions
    fileprivate let target: ExportTarget
    fileprivate let signOfLife: @Sendable () -> Void
    fileprivate let made: @Sendable (ExportedBundle) throws -> Void

    package func pass() async -> PassReport {
        let context = context
        let count = Counter()
        let watch = TransferWatch(step: { [signOfLife] _ in signOfLife() }, isStopped: { context.drain.isSet })
        var report = PassReport()
        do {
            try await context.pool.run { [target] in
                guard let folder = target.disk, try Kernel.status(folder)?.kind == .directory else {
                    throw TransferError(
                        .missing, "\(target.disk?.string ?? ""): no such folder; is its medium mounted?")
                }
            }
            let exported = try await Exporter(context.spool, options, watch: watch, pool: context.pool)
                .export(selection, to: target) { [made] bundle in
                    count.add(bundle.entries.count)
                    try made(bundle)
                }
            report.failed = exported.refused.count
        } catch {
            report.halt = Halt(transfer: error)
        }
        report.done = count.value
        return report
    }
}

/// bundles → queues.
package struct ImportPass: Sendable {
    fileprivate let context: StageContext
    fileprivate let watched: WatchedFolder
    fileprivate let came: @Sendable (FilePath, ImportedBundle) throws -> Void

    package func pass() async -> PassReport {
        let found = await watched.pass(onImport: came)
        var report = PassReport()
        for (_, bundle) in found.imported {
            report.done += bundle.imported.count
            report.unchanged += bundle.known.count
        }
        report.unfinished = found.waiting
        for trouble in found.troubles {
            if trouble.state == .refused { report.failed += 1 }
            context.logger.say(
                trouble.state == .refused ? .bundleRefused : .bundleIncomplete,
                [.stage: StageName.import.rawValue, .path: trouble.path, .reason: trouble.reason])
            context.spool.note(
                JournalEvent(
                    trouble.state == .refused ? "bundle-refused" : "bundle-incomplete",
                    stage: StageName.import.rawValue,
                    detail: "\(trouble.path): \(trouble.reason ?? "")"))
        }
        report.halt = found.failure.map { Halt(transfer: $0) }
        return report
    }
}

/// Entries of all bundles of a pass.
private final class Counter: Sendable {
    private let count = Mutex(0)
    func add(_ more: Int) { count.withLock { $0 += more } }
    var value: Int { count.withLock { $0 } }
}

extension Halt {
    /// What keeps a whole export or import from going on. Everything may heal by itself, so it waits.
    init(transfer error: any Error) {
        switch error {
        case let error as StoreError: self.init(error)
        case let error as FileError: self.init(StoreError(error))
        case let error as TransferError: self.init(error)
        case is CancellationError: self = .draining
        default: self.init(code: "spool", reason: "\(error)")
        }
    }

    private init(_ error: TransferError) {
        let code: String
        switch error.code {
        case .interrupted:
            self = .draining
            return
        case .noRoom: code = Halt.diskFull
        case .missing: code = "no-folder"
        case .exists: code = "exists"
        case .locked: code = "locked"
        case .key: code = "key"
        case .configuration: code = "configuration"
        case .refused: code = "refused"
        case .readerGone: code = "reader"
        }
        self.init(code: code, reason: error.message)
    }
}

extension Connector {
    /// What differs from the configuration for `export --watch`.
    package struct ExportWatch: Sendable {
        package var queue: QueueName?
        package var volumeSize: Int?
        package var made: @Sendable (ExportedBundle) throws -> Void = { _ in }

        package init() {}
    }

    /// Packs what is ready and due into `transfer.outgoing`.
    func exportPass(_ watch: ExportWatch = ExportWatch()) throws -> ExportPass {
        let transfer = settings.transfer
        guard let folder = transfer.outgoing else { throw missing(.export) }
        // As many bundles as it takes, each within its bounds.
        let options = TransferSetup.export(
            settings, to: nil, volumeSize: watch.volumeSize ?? Int(clamping: transfer.maxBundleBytes),
            agent: agent)
        let queue = watch.queue ?? QueueName(transfer.queue.rawValue) ?? .outbox
        let telemetry = telemetry
        return ExportPass(
            context: context, selection: .queue(queue), options: options,
            target: transfer.outgoingForm == .tar ? .tarInside(folder) : .inside(folder),
            signOfLife: { telemetry.signOfLife(.export) }, made: watch.made)
    }

    /// Takes what has arrived in `transfer.incoming`.
    func importPass(
        came: @escaping @Sendable (FilePath, ImportedBundle) throws -> Void = { _, _ in }
    ) throws -> ImportPass {
        let transfer = settings.transfer
        guard let folder = transfer.incoming else { throw missing(.import) }
        let context = context
        let imports = try TransferSetup.import(settings, spool, isDry: false)
        var options = WatchOptions()
        options.patience = transfer.incompleteAfter
        options.limits = imports.limits
        options.needsSignature = imports.signatures != nil
        let importer = Importer(
            spool, imports,
            watch: TransferWatch(
                step: { [telemetry] _ in telemetry.signOfLife(.import) }, isStopped: { context.drain.isSet }),
            pool: context.pool)
        return ImportPass(
            context: context,
            watched: WatchedFolder(spool, folder, importer: importer, options: options, pool: context.pool), came: came)
    }

    package func exportLoop(
        _ watch: ExportWatch = ExportWatch(),
        onReport: @escaping @Sendable (StageName, PassReport) -> Void
    ) throws -> StageLoop<Periodically> {
        let export = try exportPass(watch)
        let rest = settings.transfer.every
        return StageLoop(.export, context, triggers: triggers(rest: rest), rest: rest, onReport: onReport) {
            await export.pass()
        }
    }

    package func importLoop(
        came: @escaping @Sendable (FilePath, ImportedBundle) throws -> Void = { _, _ in },
        onReport: @escaping @Sendable (StageName, PassReport) -> Void
    ) throws -> StageLoop<Periodically> {
        let importing = try importPass(came: came)
        let pause = Periodically(settings.transfer.poll)
        return StageLoop(.import, context, triggers: pause, onReport: onReport) { await importing.pass() }
    }
}
