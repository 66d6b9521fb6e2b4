// Puts the numbers together and gives them away: as a text, and as a file for node_exporter's textfile collector.
//
// Nothing here ever stops a stage: a file that cannot be written is said once, and once more when it can be again; what
// was counted is kept until then.

import Synchronization
package import SystemPackage

package final class MetricsExport: Sendable {
    private let registry: MetricRegistry
    private let spool: SpoolStore
    private let totals: MetricTotals
    private let textfile: FilePath?
    private let stages: [String]
    private let minimumFree: Int
    private let say: @Sendable (Trouble?) -> Void
    private let trouble = Mutex<Bool>(false)

    /// Why the numbers cannot be written.
    package struct Trouble: Sendable {
        package let path: FilePath
        package let reason: String
    }

    /// `say` is told of trouble when it begins, and nil when it is over.
    package init(
        _ registry: MetricRegistry, spool: SpoolStore, textfile: FilePath?, stages: [String], minimumFree: Int,
        say: @escaping @Sendable (Trouble?) -> Void
    ) {
        self.registry = registry
        self.spool = spool
        totals = MetricTotals(of: spool)
        self.textfile = textfile
        self.stages = stages
        self.minimumFree = minimumFree
        self.say = say
    }

    /// Everything that is known now. Blocks.
    package func text() throws -> String {
        var values = try counted()
        values.add(try SpoolGauges.read(spool, stages: stages, minimumFree: minimumFree))
        return PrometheusText.render(values)
    }

    /// Replaces the text file. Blocks; never throws.
    package func write() {
        guard let textfile else { return }
        do {
            let text = try text()
            // Read by node_exporter, which is somebody else.
            try WholeFile.replace(textfile, with: Array(text.utf8), mode: 0o644)
            if trouble.withLock({ Self.set(&$0, false) }) { say(nil) }
        } catch {
            guard trouble.withLock({ Self.set(&$0, true) }) else { return }
            say(Trouble(path: textfile, reason: "\(error)"))
        }
    }

    /// Removes what a writer of this file that died has left beside it.
    package func sweep() {
        guard let textfile, let name = textfile.lastComponent?.string else { return }
        // Only tidiness: what cannot be looked at will be said by `write`.
        _ = try? WholeFile.sweep(textfile.removingLastComponent()) {
            $0.hasPrefix(name + ".") && WholeFile.isTemporary($0)
        }
    }

    /// The sum of all processes; if it cannot be kept (a full disk) or the lock is taken, what this one knows.
    private func counted() throws -> MetricValues {
        let fresh = registry.drain()
        do throws(FileError) {
            if let sum = try totals.add(fresh) { return sum }
        } catch {
            guard error.isNoSpace || error.errno == .readOnlyFileSystem else {
                registry.restore(fresh)
                throw error
            }
        }
        registry.restore(fresh)
        var sum = totals.read()
        sum.add(fresh)
        return sum
    }

    /// Whether that is news.
    private static func set(_ flag: inout Bool, _ value: Bool) -> Bool {
        defer { flag = value }
        return flag != value
    }
}
