// How the program ends, in numbers: sysexits.h where it has one, so that other tools know them already (docs/CLI.md).

package enum EndStatus: Int32, Sendable, CaseIterable, Error {
    /// All well.
    case success = 0
    /// Done, but something failed in this run, or needs attention.
    case partial = 1
    /// The command was used wrongly.
    case usage = 64
    /// An entry, report or bundle is not what it should be.
    case badData = 65
    /// No such entry, file or spool.
    case missing = 66
    /// The remote service cannot be reached, or answers nonsense.
    case unavailable = 69
    /// A mistake of this program.
    case bug = 70
    /// Something that should be made cannot be, or is there already.
    case cannotCreate = 73
    /// A disk or stream does not do what it should.
    case io = 74
    /// Locked or rate-limited: the same command may work later.
    case tryAgain = 75
    /// Not allowed: credentials, permissions, or not in this state.
    case refused = 77
    /// The configuration.
    case configuration = 78
}
