import Testing

@testable import MockJoe

struct CatalogueTests {
    @Test func `the oldest analysis is the example of the specification, whatever the seed`() {
        for seed: UInt64 in [0, 1, 7, .max] {
            let analysis = Catalogue(seed: seed, count: 25).analysis(at: 0)
            #expect(analysis.webid == "752112" && analysis.analysisid == 744_288 && analysis.target == "WbPmrTtnkw")
            #expect(analysis.score == 64 && analysis.verdict == .malicious)
            let start = Civil(instant: analysis.time + 1)
            #expect("\(start.slashed) \(start.clock)" == "20/12/2018 19:48:25")
        }
    }

    @Test func `numbers and webids lead to each other, ascending, without a gap in the mapping`() {
        let catalogue = Catalogue(seed: 7, count: 2000)
        var last = 0
        for index in 0..<2000 {
            let webid = catalogue.webid(at: index)
            #expect(webid > last && catalogue.index(ofWebid: String(webid)) == index)
            #expect(Catalogue.analysisid(ofWebid: webid) < webid - 7000)
            last = webid
        }
        #expect(last < catalogue.nextWebid)
        for stranger in ["752111", "0752112", "-1", "", "x", "999999999999", "752113"] {
            #expect(catalogue.index(ofWebid: stranger) == nil)
        }
    }

    @Test func `a longer catalogue begins with the shorter one`() {
        let short = Catalogue(seed: 7, count: 30)
        let long = Catalogue(seed: 7, count: 3000)
        for index in 0..<30 { #expect(short.analysis(at: index).seed == long.analysis(at: index).seed) }
    }

    @Test func `all kinds and verdicts occur among the first twenty-five, and scores agree with verdicts`() {
        let catalogue = Catalogue(seed: 11, count: 25)
        let all = (0..<25).map(catalogue.analysis)
        #expect(Set(all.map(\.kind)) == Set(TargetKind.allCases))
        #expect(Set(all.map(\.verdict)) == Set(Verdict.allCases))
        for run in all.flatMap(\.runs) {
            switch run.verdict {
            case .unknown: #expect(run.score == 0)
            case .clean: #expect(run.score < 20)
            case .suspicious: #expect((24..<40).contains(run.score))
            case .malicious: #expect((48...100).contains(run.score))
            }
        }
        #expect(all.contains { $0.runs.count > 1 } && all.contains { $0.version.isOld })
        #expect(all.count { $0.encrypted } == 1 && all.count { $0.broken } == 1)
        #expect(all.contains { $0.target == "12345" } && all.contains { $0.target.unicodeScalars.contains("\u{1B}") })
        #expect(all.contains { $0.target.utf8.contains { $0 >= 0x80 } })
    }

    @Test func `times and webids grow together over years`() {
        let catalogue = Catalogue(seed: 7, count: 10_000)
        let offsets = Set(
            stride(from: 0, to: 10_000, by: 53).map { Civil(instant: catalogue.analysis(at: $0).time).offset })
        #expect(offsets == [3600, 7200])
        #expect(Civil(instant: catalogue.analysis(at: 9999).time).year < 2022)
    }
}
