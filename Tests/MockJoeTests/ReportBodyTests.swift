import Crypto
import MockKit
import Testing

@testable import MockJoe

struct ReportBodyTests {
    @Test func `the same seed gives the same bytes on every machine`() {
        let generator = ReportGenerator(seed: 7, count: 25)
        var hash = SHA256()
        for index in 0..<25 {
            for form in ReportForm.allCases {
                for chunk in generator.report(at: index, form: form) { hash.update(data: chunk) }
            }
        }
        let digest = hash.finalize().map { String($0, radix: 16) }.joined()
        // Changes only when somebody changes what the generator writes, which golden files elsewhere may rest on.
        #expect(digest == "273bf8e6231054e959f13ab9e94d691344db43afbafa112c75cbaf68bb97ae")
    }

    @Test func `another seed gives another report`() {
        let one = ReportGenerator(seed: 1, count: 25).report(at: 4, form: .jsonfixed).bytes
        let two = ReportGenerator(seed: 2, count: 25).report(at: 4, form: .jsonfixed).bytes
        #expect(one != two)
    }

    @Test(arguments: [60_000, 300_001, 3_000_000])
    func `a whole report is exactly as large as it is told to be, in pieces that are not`(size: Int) throws {
        let body = ReportGenerator(seed: 7, count: 25, reportSize: size).report(at: 0, form: .jsonfixed)
        #expect(body.size == size)
        let chunks = body.map(\.count)
        #expect(chunks.reduce(0, +) == size && chunks.allSatisfy { $0 > 0 && $0 <= 128 * 1024 })
        if size < 100_000 { #expect(try document(body)["generalinfo"]?["id"] == 744_288) }
    }

    @Test func `every resource says its size before it is made`() {
        let generator = ReportGenerator(seed: 3, count: 25, reportSize: 400_000)
        for index in 0..<25 {
            for form in ReportForm.allCases {
                let body = generator.report(at: index, form: form)
                #expect(body.reduce(0) { $0 + $1.count } == body.size)
            }
        }
    }

    @Test func `a size of two hundred megabytes costs nothing until it is read`() {
        let body = ReportGenerator(seed: 7, count: 25, reportSize: 200_000_000).report(at: 0, form: .json)
        #expect(body.size >= 200_000_000)
        var iterator = body.makeIterator()
        #expect((iterator.next()?.count ?? 0) > 0)
    }

    @Test func `the raw and the fixed form hold the same things`() throws {
        for (raw, fixed) in [
            (ReportForm.json, ReportForm.jsonfixed), (.lightjson, .lightjsonfixed), (.irjson, .irjsonfixed),
        ] {
            for (index, pair) in zip(try Samples.reports(raw), try Samples.reports(fixed)).enumerated() {
                #expect(plain(pair.0) == plain(pair.1), "\(raw) of \(index)")
            }
        }
    }

    /// Without hints, without the difference between one thing and a list of one, without filler.
    private func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let list): return list.count == 1 ? plain(list[0]) : .array(list.map(plain))
        case .object(let members):
            let kept = members.filter { $0.key != "@isArray" && $0.key != "@arrayTag" && $0.key != "sysmon" }
            return kept.isEmpty ? .null : .object(kept.mapValues(plain))
        case .null, .bool, .integer, .number, .string: return value
        }
    }

    @Test func `runs of one analysis have reports of their own`() throws {
        let generator = Samples.generator
        let analysis = Samples.analyses[17]
        #expect(
            analysis.runs.count == 3
                && analysis.mostInterestingRun == analysis.runs.firstIndex { $0.score == analysis.score })
        for (number, run) in analysis.runs.enumerated() {
            let strategies = try document(generator.report(at: 17, form: .jsonfixed, run: number))[
                "signaturedetections"]?["strategy"]
            #expect(strategies?.array?.last?["score"]?.integer == run.score)
        }
        let picked = try document(generator.report(at: 17, form: .jsonfixed))["signaturedetections"]?["strategy"]?
            .array?.last
        #expect(picked?["score"]?.integer == analysis.score)
    }

    @Test func `all templates of a kind are equally long in each form`() {
        let templates = Templates(seed: 99)
        for kind in Bulk.Kind.allCases {
            #expect(Set(templates.of(kind, isRaw: false).map(\.bytes.count)) == [kind.length])
            #expect(Set(templates.of(kind, isRaw: true).map(\.bytes.count)).count == 1)
        }
    }

    @Test func `the xml is escaped, the capture has its magic number and whole packets`() {
        let generator = ReportGenerator(seed: 7, count: 100)
        #expect(SmallForms.escaped("<a & \"b\">\u{1B}\n") == "&lt;a &amp; &quot;b&quot;&gt;\u{FFFD}&#10;")
        let capture = generator.report(at: 0, form: .pcap).bytes
        #expect(Array(capture.prefix(4)) == [0xD4, 0xC3, 0xB2, 0xA1] && (capture.count - 24) % 70 == 0)
    }
}
