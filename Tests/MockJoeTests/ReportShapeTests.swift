// The shape of reports, point by point as the vendor notes list what surprises.

import MockKit
import Testing

@testable import MockJoe

struct ReportShapeTests {
    private func report(_ index: Int, _ form: ReportForm = .jsonfixed) throws -> JSONValue {
        try Samples.reports(form)[index]
    }

    @Test func `the report's own number is the analysis id, not the webid`() throws {
        let general = try report(0)["generalinfo"]
        #expect(general?["id"] == 744_288)
        #expect(general?["target"]?["sample"] == "WbPmrTtnkw")
        #expect(general?["startdate"] == "20/12/2018" && general?["starttime"] == "19:48:25")
        #expect(general?["reporttype"] == "full")
    }

    @Test func `score and verdict stand in the second of two strategies only`() throws {
        for index in 0..<25 {
            let strategies = try report(index)["signaturedetections"]?["strategy"]?.array ?? []
            #expect(strategies.count == 2)
            #expect(strategies.first?["@name"] == "atleastonemalicioussig" && strategies.first?["score"] == nil)
            #expect(["true", "false"].contains(strategies.first?["$"]?.string))
            let empiric = strategies.last
            #expect(empiric?["@name"] == "empiric" && empiric?["minScore"] == 0 && empiric?["maxScore"] == 100)
            let flags = ["malicious", "suspicious", "clean", "unknown"].filter { empiric?[$0] == true }
            #expect(flags == [Samples.analyses[index].verdict.rawValue])
            let confidence =
                try report(index)["signatureconfidence"]?["strategy"]?.array?.first?["score"]?.integer ?? -1
            #expect((0...5).contains(confidence))
        }
    }

    @Test func `a container in the raw form is an object for one child, a list for several, a hint alone for none`()
        throws
    {
        var shapes: Set<String> = []
        for index in 0..<25 {
            let raw = try report(index, .json)
            let fixed = try report(index, .jsonfixed)
            for (section, child) in [
                ("domaininfo", "domain"), ("ipinfo", "ip"), ("droppedinfo", "hash"), ("mitreattack", "tactic"),
                ("comments", "comment"),
            ] {
                guard let container = raw[section] else { continue }
                #expect(container["@isArray"] == "true")
                switch container[child] {
                case .array(let list):
                    #expect(list.count > 1 && fixed[section]?[child]?.array?.count == list.count)
                    shapes.insert("list")
                case .some(let single):
                    #expect(fixed[section]?[child]?.array?.count == 1)
                    #expect(single != .null)
                    shapes.insert("single")
                case nil:
                    #expect(container == ["@isArray": "true"] && fixed[section] == .null)
                    shapes.insert("empty")
                }
            }
        }
        #expect(shapes == ["list", "single", "empty"])
    }

    @Test func `values of attributes are texts, elements are typed by their look`() throws {
        var attributes = 0
        func look(_ value: JSONValue) {
            if let members = value.object {
                for (name, member) in members {
                    if name.hasPrefix("@") {
                        attributes += 1
                        #expect(member.string != nil, "\(name)")
                    }
                    look(member)
                }
            }
            value.array?.forEach(look)
        }
        for index in 0..<25 { look(try report(index, .json)) }
        #expect(attributes > 1000)
        let numeric = try report(11)
        #expect(numeric["generalinfo"]?["target"]?["sample"] == 12345)
        #expect(try report(11, .irjson)["sample"] == 12345)
    }

    @Test(arguments: [
        ("12345", true), ("0", true), ("-7", true), ("7.25", true), ("true", true), ("007", false), ("1.", false),
        (".5", false), ("1e5", false), ("", false),
        ("-", false), ("28/01/2019", false), ("1234567890123456789012", false), ("nan", false),
    ])
    func `only whole numbers, fractions and booleans look typed`(text: String, isTyped: Bool) {
        #expect(ReportWriter.looksTyped(text) == isTyped)
    }

    @Test func `reports of addresses have no file and the target's other half is empty`() throws {
        for index in 0..<25 {
            let analysis = Samples.analyses[index]
            let report = try report(index)
            let target = report["generalinfo"]?["target"]
            #expect(target?["sample"] != nil && target?["url"] != nil)
            let isEmpty: (JSONValue?) -> Bool = { $0 == .null || $0 == "" }
            #expect(isEmpty(target?["sample"]) == !analysis.kind.isFile)
            #expect(isEmpty(target?["url"]) == !analysis.kind.isAddress)
            #expect(isEmpty(report["fileinfo"]) == !analysis.kind.isFile)
            if analysis.kind == .document {
                #expect(report["fileinfo"]?["pe"] == nil && report["fileinfo"]?["ole"] != nil)
            }
            if analysis.kind == .executable { #expect(report["fileinfo"]?["pe"] != nil) }
        }
    }

    @Test func `old reports lack urlinfo and mitreattack as keys`() throws {
        for index in 0..<25 {
            let report = try report(index)
            let isOld = Samples.analyses[index].version.isOld
            #expect((report["urlinfo"] == nil) == isOld && (report["mitreattack"] == nil) == isOld)
            if isOld {
                #expect(
                    report["runtimemessages"] == ""
                        && ["20.0.0", "21.0.0"].contains(report["generalinfo"]?["version"]?.string))
            }
        }
    }

    @Test func `hashes of dropped files are in capitals with SHA for SHA-1, those of the sample are not`() throws {
        var seen = 0
        for index in 0..<25 {
            let report = try report(index)
            for file in report["droppedinfo"]?["hash"]?.array ?? [] {
                let values = file["value"]?.array ?? []
                #expect(values.map { $0["@algo"]?.string } == ["MD5", "SHA", "SHA-256", "SHA-512"])
                #expect(values.map { $0["$"]?.string?.count } == [32, 40, 64, 128])
                #expect(values.allSatisfy { $0["$"]?.string.map { $0 == $0.uppercased() } ?? false })
                seen += 1
            }
            if let md5 = report["fileinfo"]?["md5"]?.string { #expect(md5 == md5.lowercased() && md5.count == 32) }
        }
        #expect(seen > 20)
    }

    @Test func `the definitions of trid lie inside trid, as a list, one text, or nothing`() throws {
        #expect((try report(0)["fileinfo"]?["trid"]?["def"]?.array?.count ?? 0) > 1)
        #expect(try report(2, .json)["fileinfo"]?["trid"]?["def"]?.string != nil)
        #expect(try report(2)["fileinfo"]?["trid"]?["def"]?.array?.count == 1)
        #expect(try report(4)["fileinfo"]?["trid"] == .null)
        #expect(try report(4, .json)["fileinfo"]?["trid"] == ["@isArray": "true"])
    }

    @Test func `a visit that failed is a finished, unknown analysis with an error`() throws {
        let analysis = Samples.analyses[9]
        #expect(analysis.kind == .unreachable && analysis.runs.first?.error != nil && analysis.verdict == .unknown)
        let report = try report(9)
        #expect(report["ipinfo"] == .null && report["errorinfo"]?["error"]?.array?.count == 1)
    }

    @Test func `light reports have the sections that are wanted and no behaviour of the system`() throws {
        for index in 0..<25 {
            let full = try report(index)
            let light = try report(index, .lightjsonfixed)
            #expect(light["behavior"]?["system"] == nil && full["behavior"]?["system"] != nil)
            #expect(light["generalinfo"]?["reporttype"] == "light")
            for section in [
                "fileinfo", "comments", "domaininfo", "ipinfo", "urlinfo", "droppedinfo", "signaturedetections",
                "mitreattack",
            ] {
                #expect(full[section] == light[section], "\(section) of \(index)")
            }
        }
    }

    @Test func `the incident report is flat, its signatures are a text or a list, its booleans of two kinds`() throws {
        var shapes: Set<String> = []
        for index in 0..<25 {
            let report = try report(index, .irjsonfixed)
            #expect(report["generalinfo"] == nil && report["id"]?.integer == Samples.analyses[index].analysisid)
            #expect(report["reporttype"] == "IR" && report["detection"]?["score"]?.integer != nil)
            shapes.insert(
                report["signatures"]?["signare"]?.array != nil
                    ? "list" : report["signatures"]?["signare"]?.string != nil ? "text" : "none")
            for address in report["contacted"]?["ips"]?["ip"]?.array ?? [] {
                #expect(address["@malicious"]?.string != nil)
            }
            for domain in report["contacted"]?["domains"]?["domain"]?.array ?? [] {
                #expect(domain["malicious"]?.bool != nil)
            }
        }
        #expect(shapes == ["list", "text", "none"])
    }

    @Test func `malicious files ask for coins, in the cookbook's comments`() throws {
        let comments = try report(0)["comments"]?["comment"]?.array?.compactMap(\.string) ?? []
        #expect(comments.contains { $0.contains("BTC to ") })
    }

    @Test func `private addresses are among the contacted ones and marked`() throws {
        var marked = 0
        for index in 0..<25 {
            for address in try report(index)["ipinfo"]?["ip"]?.array ?? [] where address["@private"] == "true" {
                #expect(address["@ip"]?.string?.hasPrefix("192.168.") ?? false)
                marked += 1
            }
        }
        #expect(marked > 3)
    }

    @Test func `tactics without a technique and a single technique occur`() throws {
        var counts: Set<Int> = []
        for index in 0..<25 {
            for tactic in try report(index)["mitreattack"]?["tactic"]?.array ?? [] {
                counts.insert(tactic["technique"].map { $0.array?.count ?? 1 } ?? 0)
            }
        }
        #expect(counts.isSuperset(of: [0, 1, 2]))
    }
}
