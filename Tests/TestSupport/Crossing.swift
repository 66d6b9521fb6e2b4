// Two spools and what is carried between them.

package import Spool
import Synchronization
package import SystemPackage

package struct Crossing: Sendable {
    /// Holds everything; bundles go to `medium` in it.
    package let folder: FilePath
    package let there: SpoolStore
    package let here: SpoolStore
    package let clock: TestClock

    package var medium: FilePath { folder.appending("medium") }

    /// Makes both spools, hands them over, removes them.
    package static func with(_ body: (Crossing) async throws -> Void) async throws {
        try await withTemporaryFolder { folder in
            let clock = TestClock()
            for name in ["there", "here", "medium"] { try Kernel.makeDirectory(folder.appending(name)) }
            try await body(
                Crossing(
                    folder: folder, there: makeSpool(in: folder.appending("there"), clock),
                    here: makeSpool(in: folder.appending("here"), clock), clock: clock))
        }
    }

    package static var standardExport: ExportOptions { ExportOptions(destination: "peer") }

    /// From `there`; nil: into `medium`.
    @discardableResult
    package func export(
        _ selection: ExportSelection = .queue(.outbox), to target: ExportTarget? = nil,
        options: ExportOptions = standardExport, watch: TransferWatch = TransferWatch()
    ) async throws -> ExportReport {
        try await Exporter(there, options, watch: watch).export(selection, to: target ?? .inside(medium))
    }

    /// The one bundle that an export makes, as a folder on the medium.
    package func bundle(_ selection: ExportSelection = .queue(.outbox), options: ExportOptions = standardExport)
        async throws -> FilePath
    {
        let report = try await export(selection, options: options)
        guard let path = report.bundles.first?.path else { throw NoBundle() }
        return path
    }

    package struct NoBundle: Error {}

    /// Into `here`.
    @discardableResult
    package func take(
        _ location: BundleLocation, options: ImportOptions = ImportOptions(), watch: TransferWatch = TransferWatch()
    ) async throws -> ImportedBundle {
        try await Importer(here, options, watch: watch).import(location)
    }

    /// Why a bundle is refused; nil if it is not. Nothing of it may be in the spool then.
    package func refusal(_ location: BundleLocation, options: ImportOptions = ImportOptions()) async throws -> String? {
        do {
            try await take(location, options: options)
            return nil
        } catch let error as TransferError {
            return error.message
        }
    }

    /// How many entries are in `here`, in any state and in `tmp`.
    package func countHere() throws -> Int {
        var count = 0
        for queue in try here.queues() {
            for state in EntryState.allCases { count += try here.list(queue, state).entries.count }
            count += try Folder.names(here.layout.temporary(queue)).count
        }
        return count
    }
}

/// Collects what a stream bundle consists of, and plays it back.
package final class StreamTape: Sendable {
    private struct State {
        var bytes: [UInt8] = []
        var position = 0
    }
    private let state = Mutex(State())

    package init(_ bytes: [UInt8] = []) { state.withLock { $0.bytes = bytes } }

    package var bytes: [UInt8] { state.withLock { $0.bytes } }

    package var drain: ByteDrain { { bytes in self.state.withLock { $0.bytes.append(contentsOf: bytes) } } }

    /// At most `piece` bytes at a time, as pipes do.
    package func stream(piece: Int = 7000) -> ByteStream {
        { buffer in
            self.state.withLock { state in
                let count = min(piece, buffer.count, state.bytes.count - state.position)
                let part = state.bytes[state.position..<(state.position + count)]
                buffer.copyBytes(from: part)
                state.position += count
                return count
            }
        }
    }
}
