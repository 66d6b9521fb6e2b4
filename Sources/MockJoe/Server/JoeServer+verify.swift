// What `/__admin/verify` can check on this mock: which analyses were downloaded, and how often. A download counts
// when its answer was made, whether or not a fault spoiled it on the way.

public import MockKit

extension JoeServer {
    public var assertions: [AssertionKind] {
        [
            AssertionKind("all-downloaded"),
            AssertionKind("downloaded-at-most", parameters: ["times"]),
        ]
    }

    public func check(_ assertion: Assertion) throws -> AssertionResult {
        let downloads = state.downloads
        if assertion.name == "all-downloaded" {
            let wanted = fetchableWebids()
            let missing = wanted.filter { downloads[$0] == nil }
            return AssertionResult(
                assertion, checked: wanted.count, offenders: missing.map { ["webid": .string($0)] },
                summary:
                    "\(wanted.count - missing.count) of \(wanted.count) analyses that can be fetched were downloaded")
        }
        guard assertion.name == "downloaded-at-most" else {
            throw MockError("\(name) does not know the assertion '\(assertion.name)'")
        }
        let most = try assertion.integer("times") ?? 1
        let often = downloads.filter { $0.value > most }.sorted { $0.key < $1.key }
        return AssertionResult(
            assertion, checked: downloads.count,
            offenders: often.map { ["webid": .string($0.key), "downloads": .integer($0.value)] },
            summary: "\(often.count) of \(downloads.count) analyses were downloaded more than \(most) times")
    }
}
