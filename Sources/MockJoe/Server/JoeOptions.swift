// How the server is to be. Every default is what makes the shipped configuration work unedited.

/// What kind of Joe Sandbox to be.
public struct JoeOptions: Sendable {
    /// All chance hangs on it.
    public var seed: UInt64 = 1
    /// How many analyses there are from the start.
    public var analyses = 25
    /// Bytes of each whole report; nil for 50 to 200 KB.
    public var reportSize: Int?
    /// A folder of report files to serve in place of generated ones.
    public var reportsDirectory: String?
    /// The one key that is let in.
    public var apiKey = String(repeating: "mock", count: 16)
    /// Analyses (and submissions) per page of a listing.
    public var pageSize = 100
    /// How many of the newest analyses are not finished at the start; nil for a few among many.
    public var unfinished: Int?
    /// How many cannot be read without ``password``; nil for one among many.
    public var encrypted: Int?
    /// How many are listed as finished and cannot be downloaded; nil for one among many.
    public var broken: Int?
    /// What the encrypted ones are encrypted with.
    public var password = "infected"
    /// `generalinfo.product`. "CloudBasic" has no licence for json, xml, lightjsonfixed and lightxml (code 7).
    public var product = "Cloud"
    /// Whether samples may come in chunks; when not, the client falls back to one upload.
    public var chunkedUploads = true
    /// Down for maintenance: `server/online` says so, everything else is code 5.
    public var maintenance = false
    /// Submissions per day and month.
    public var dailyQuota = 1000
    public var monthlyQuota = 10_000
    public var timings = Timings()

    /// How long things take on the server's clock.
    public struct Timings: Sendable {
        /// An accepted submission becomes an analysis.
        public var accepted: Duration = .seconds(2)
        /// A submitted analysis starts to run.
        public var submitted: Duration = .seconds(3)
        /// A running analysis finishes.
        public var running: Duration = .seconds(15)
        /// The unfinished ones of the start: the first finishes after this, the next after twice this, ….
        public var unfinished: Duration = .seconds(15 * 60)

        public init() {}
    }

    public init() {}

    var oddOnes: Catalogue.OddOnes {
        var odd = Catalogue.OddOnes.usual(among: analyses)
        if let unfinished { odd.unfinished = max(0, min(unfinished, analyses)) }
        if let encrypted { odd.encrypted = max(0, min(encrypted, 1000)) }
        if let broken { odd.broken = max(0, min(broken, 1000)) }
        return odd
    }
}

extension Duration {
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(min(max(seconds, 0), 1_000_000_000)) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
    }
}
