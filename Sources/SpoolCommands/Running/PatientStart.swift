// The beginning of whatever goes on until it is told to stop. If the spool's medium fails at that moment or is full, it waits as
// the stages do later, says so in the log, and goes on by itself: a service that ends is one that somebody must start again.
// (`status` meets the same error, and says it.) What waiting cannot heal ends it at once: no spool, another format, no
// permission, the configuration.

import Spool

struct PatientStart: Sendable {
    private let beginning: Pipeline.Beginning
    private let stages: [Settings.Stage]

    /// `stages`: who waits; nil: those of `run.stages`.
    init(
        _ options: SettingsOptions, _ stages: [Settings.Stage]? = nil, needsSecrets: Bool = true,
        adjust: (inout Settings) -> Void = { _ in }
    ) throws {
        beginning = try Pipeline.Beginning(options, needsSecrets: needsSecrets, adjust: adjust)
        self.stages = stages ?? Settings.Stage.allCases.filter(beginning.settings.run.stages.contains)
    }

    /// The stages' loops, until they are told to stop. `retaining`: every hour what need not be kept goes.
    func loops(retaining: Bool = false) async throws {
        let stages = stages
        try await run { try await $0.loops(stages, retaining: retaining) }
    }

    /// Runs `body` as soon as the spool is open; not at all if it is told to stop before.
    func run(_ body: @escaping @Sendable (Pipeline) async throws -> Void) async throws {
        switch try attempt() {
        case .success(let pipeline): try await body(pipeline)
        case .failure(let error):
            // All in one group, so that a signal is heard at any moment.
            try await Foreground.run {
                if let pipeline = try await whenOpen(error) { try await body(pipeline) }
            }
        }
    }

    private func attempt() throws -> Result<Pipeline, StoreError> {
        do throws(StoreError) {
            return .success(try Pipeline(beginning, isOnce: false))
        } catch  where error.isMedium {
            return .failure(error)
        }
    }

    /// nil: told to stop.
    private func whenOpen(_ error: StoreError) async throws -> Pipeline? {
        let (manager, minimum) = (beginning.manager, beginning.settings.retry.minimum)
        let pause = min(minimum, manager?.watchdogPause ?? minimum)
        begin(Halt(error), pause)
        var isFirst = true
        for try await _ in Periodically(pause) {
            // The first trigger comes at once.
            if isFirst {
                isFirst = false
                continue
            }
            if manager?.watchdogPause != nil { manager?.tell("WATCHDOG=1") }
            switch try await BlockingPool.shared.run({ try attempt() }) {
            case .success(let pipeline):
                for stage in stages { beginning.logger.say(.goesOn, [.stage: stage.rawValue]) }
                return pipeline
            case .failure: continue
            }
        }
        manager?.tell("STOPPING=1")
        return nil
    }

    /// Said once.
    private func begin(_ halt: Halt, _ pause: Duration) {
        // Ready: it is a service that waits, and none that does not come up.
        beginning.manager?.tell("READY=1", "STATUS=waits (\(halt.code))")
        for stage in stages {
            beginning.logger.say(
                .waits,
                [
                    .stage: stage.rawValue, .code: halt.code, .reason: halt.reason,
                    .until: (beginning.surroundings.now() + pause).rfc3339,
                ])
        }
    }
}
