import Glibc
import Spool
import TestSupport
import Testing

/// Random sequences of all store operations on a disk that keeps only what was synced, and of the rest what it likes; the plug
/// is pulled between operations and before any call within one.
///
/// SPOOL_MODEL_SEQUENCES says how many, SPOOL_MODEL_SEED where to begin; a failure names its seed.
@Suite struct PowerCutModelTests {
    private static func number(_ variable: String) -> UInt64? {
        getenv(variable).flatMap { UInt64(String(cString: $0)) }
    }

    /// Walks from these seeds, all over one spool that is put back each time; how often the plug was pulled, and what was wrong
    /// with the first that broke.
    private static func walk(
        _ seeds: Range<UInt64>, ignoring ignored: UnsyncedDisk.Ignored = .nothing
    ) throws -> (cuts: Int, wrong: String?) {
        try withSpool { spool, _ in
            let disk = UnsyncedDisk(spool.layout.root, ignoring: ignored)
            var cuts = 0
            for seed in seeds {
                if seed > seeds.lowerBound { disk.startOver() }
                var walk = try PowerCutWalk(spool.layout.root, disk, seed: seed)
                try disk.watching { try walk.toItsEnd() }
                cuts += walk.cuts
                if !walk.wrong.isEmpty { return (cuts, "\(walk.wrong + walk.trail)") }
            }
            return (cuts, nil)
        }
    }

    @Test func `whatever a power cut leaves of what was not synced, nothing acknowledged is lost or torn`() async throws
    {
        let count = Self.number("SPOOL_MODEL_SEQUENCES") ?? 30
        let first = Self.number("SPOOL_MODEL_SEED") ?? 1
        let threads: UInt64 = 2
        var (cuts, wrong) = (0, [String]())
        try await withThrowingTaskGroup(of: (Int, String?).self) { group in
            for part in 0..<threads {
                let seeds = (first + count * part / threads)..<(first + count * (part + 1) / threads)
                group.addTask { try await BlockingPool.shared.run { try Self.walk(seeds) } }
            }
            for try await (found, problem) in group {
                cuts += found
                if let problem { wrong.append(problem) }
            }
        }
        #expect(wrong.isEmpty)
        #expect(cuts > Int(count))
        if wrong.isEmpty {
            print("power-cut model: \(count) sequences from seed \(first), \(cuts) cuts: lost 0, torn 0, twice 0")
        }
    }

    @Test(arguments: [UnsyncedDisk.Ignored.folderSyncs, .fileSyncs])
    func `on a disk that does not sync what it is told to, the same walks find losses`(_ ignored: UnsyncedDisk.Ignored)
        throws
    {
        #expect(try Self.walk(1..<40, ignoring: ignored).wrong != nil)
    }
}
