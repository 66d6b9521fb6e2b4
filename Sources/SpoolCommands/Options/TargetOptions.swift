// Which entries a verb acts on: named ones, or with `--all` everything in a queue or state.

import ArgumentParser
import Spool

struct TargetOptions: ParsableArguments {
    @Argument(help: ArgumentHelp("Refs, ids or webids; '-' reads them from standard input.", valueName: "ref"))
    var names: [String] = []

    @Flag(
        name: .customLong("all"), help: "Act on everything in the queues or states given (QUEUE, QUEUE/STATE, /STATE).")
    var isAll = false

    /// One thing to act on: as typed, or as found.
    enum Target {
        case named(String)
        case found(EntryPlace)
    }

    /// - Parameters:
    ///   - standard: what `--all` means without a selection; nil: one must be given.
    ///   - states: what a selection that names only a queue means.
    func targets(_ spool: SpoolStore, standard: EntrySelection?, states: [EntryState]) throws -> [Target] {
        let names = try NameList.expand(self.names)
        guard isAll else {
            guard !self.names.isEmpty else {
                throw CommandFailure(.usage, "no entry named; give refs, '-' for standard input, or --all")
            }
            for name in names where !name.contains("-") && EntrySelection(name) != nil {
                throw CommandFailure(.usage, "'\(name)' names many entries; add --all if they are all meant")
            }
            return names.map { .named($0) }
        }
        var selections = try names.map { try EntrySelection(argument: $0) }
        if selections.isEmpty {
            guard let standard else {
                throw CommandFailure(.usage, "--all of what? give QUEUE/STATE or /STATE, for example /failed")
            }
            selections = [standard]
        }
        var places: [EntryPlace] = []
        for selection in selections {
            for (queue, state) in try selection.folders(spool) where selection.state != nil || states.contains(state) {
                places += try spool.list(queue, state).entries.map(\.place)
            }
        }
        return places.map { .found($0) }
    }
}

/// Runs a verb over its targets and says what became of each.
struct Acting {
    let spool: SpoolStore
    let finder: EntryFinder
    let isJSON: Bool
    /// How long TruSTAR may take to show what it accepted.
    let settle: Duration

    init(_ options: SpoolOptions, isJSON: Bool) throws {
        let (spool, settings) = try options.open()
        self.spool = spool
        self.isJSON = isJSON
        settle = settings?.trustar.settle ?? Settings.TruStar.standardSettle
        finder = try EntryFinder(spool, source: settings?.joe.source)
    }

    /// `event` says what was done, in the past tense; `act` does it and says where the entry is then, nil if it is gone.
    func run(_ targets: [TargetOptions.Target], _ event: String, _ act: (EntryPlace) throws -> EntryPlace?) throws {
        let surroundings = Surroundings.current
        var tally = Tally(surroundings.talk)
        for target in targets {
            try tally.attempt {
                let place =
                    switch target {
                    case .named(let name): try finder.act(name)
                    case .found(let place): place
                    }
                let moved = try act(place)
                if isJSON {
                    try surroundings.out.line(
                        .object([
                            .init("ref", place.ref.description), .init("event", event),
                            .init("from", place.state.rawValue),
                            .init("to", moved?.state.rawValue),
                        ]))
                } else {
                    try surroundings.out.line("\(event) \(place.ref) (was \(place.state.rawValue))")
                }
            }
        }
        if targets.isEmpty { try Talk.say("nothing to do: no such entries") }
        try tally.end()
    }
}
