// What every stage is given: the spool, threads for blocking work, the rules for trying again, and the outside world's
// randomness, so that tests can hand in their own.

package import Logging

package struct StageContext: Sendable {
    package let spool: SpoolStore
    package let pool: BlockingPool
    package let retry: RetryPolicy
    package let drain: DrainSignal
    package let logger: Logger
    /// How long the destination may take to show what it accepted.
    package let settle: Duration
    /// Bytes that must stay free on the spool's disk for `fetch` and `map` to go on.
    package let minimumFree: Int
    /// 0..<1
    package let scatter: @Sendable () -> Double
    package let observe: StageObserver
    let incidents = Incidents()

    package init(
        spool: SpoolStore, pool: BlockingPool = .shared, retry: RetryPolicy = RetryPolicy(),
        drain: DrainSignal = DrainSignal(),
        logger: Logger, settle: Duration = .seconds(60), minimumFree: Int = 0,
        scatter: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        observe: @escaping StageObserver = { _, _ in }
    ) {
        self.spool = spool
        self.pool = pool
        self.retry = retry
        self.drain = drain
        self.logger = logger
        self.settle = settle
        self.minimumFree = minimumFree
        self.scatter = scatter
        self.observe = observe
    }

    /// Blocking work on the pool; the store's errors come back as they are. Done even if the task is cancelled, as after a drain that
    /// took too long: what was begun for an entry is written down, and what was not goes back.
    func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws(StoreError) -> Result
    {
        do {
            return try await pool.finish(body)
        } catch let error as StoreError {
            throw error
        } catch let error as FileError {
            throw StoreError(error)
        } catch {
            throw StoreError(.refused, "\(error)")
        }
    }

    /// Why nothing new may be written just now; nil when there is room.
    func roomHalt() async -> Halt? {
        do throws(StoreError) {
            let available = try await blocking { try spool.available() }
            guard available < minimumFree else { return nil }
            return Halt(
                code: Halt.diskFull,
                reason: "\(spool.layout.root) has \(available) bytes free, below spool.min_free (\(minimumFree));"
                    + " make room (spoolctl prune), work goes on by itself")
        } catch {
            return Halt(error)
        }
    }
}
