// A folder of report files served in place of generated analyses: somebody's own reports, or files made to try a
// reader. The files are sent as they are; of their content only what `analysis/info` needs is read, when it is
// needed.

import Glibc
import MockKit

struct FolderReport: Sendable {
    var webid: Int
    var path: String
    var size: Int

    /// Regular files whose names end in `.json`, by webid. The webid is the first run of digits that stands alone
    /// in the name (`report-752112.json`); the others get the numbers that follow the largest.
    static func all(in directory: String) throws -> [FolderReport] {
        guard let stream = opendir(directory) else {
            throw MockError("cannot read the folder \(directory): \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".json"), !name.hasPrefix(".") { names.append(name) }
        }
        names.sort()
        var reports: [Int: FolderReport] = [:]
        var nameless: [(String, Int)] = []
        for name in names {
            var status = stat()
            let path = "\(directory)/\(name)"
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            if let webid = digits(in: name), reports[webid] == nil {
                reports[webid] = FolderReport(webid: webid, path: path, size: Int(status.st_size))
            } else {
                nameless.append((path, Int(status.st_size)))
            }
        }
        var next = max(752_111, reports.keys.max() ?? 0)
        for (path, size) in nameless {
            next += 1
            reports[next] = FolderReport(webid: next, path: path, size: size)
        }
        return reports.values.sorted { $0.webid < $1.webid }
    }

    static func digits(in name: String) -> Int? {
        for word in name.utf8.split(whereSeparator: { !isWordByte($0) }) where word.count <= 12 {
            if word.allSatisfy({ $0 >= 48 && $0 <= 57 }) { return Int(String(decoding: word, as: UTF8.self)) }
        }
        return nil
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        (byte >= 48 && byte <= 57) || (byte | 32 >= 97 && byte | 32 <= 122) || byte >= 128
    }

    /// A piece of the file; nil at its end or when it cannot be read any more.
    func read(at offset: Int, most: Int) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: most) { buffer, count in
            let got = pread(descriptor, buffer.baseAddress, most, offset)
            failed = got < 0
            count = max(0, got)
        }
        return failed || bytes.isEmpty ? nil : bytes
    }

    /// What can be told from the report; a file that is no report is a finished analysis about which nothing is known.
    func analysis() -> Analysis {
        var finder = MemberFinder(wanted: ["generalinfo", "signaturedetections", "fileinfo"])
        var offset = 0
        while !finder.isDone, let chunk = read(at: offset, most: 256 * 1024) {
            finder.read(chunk)
            offset += chunk.count
        }
        let general = finder.value("generalinfo")
        let target = general?["target"]
        let file = finder.value("fileinfo")
        let sample = target?["sample"]?.scalarText ?? ""
        let url = target?["url"]?.scalarText ?? ""
        let (verdict, score) = Self.detection(finder.value("signaturedetections"))
        let digests = file?["md5"]?.string.map {
            Digests(
                md5: $0, sha1: file?["sha1"]?.string ?? "", sha256: file?["sha256"]?.string ?? "",
                sha512: file?["sha512"]?.string ?? "",
                ssdeep: file?["ssdeep"]?.string ?? "")
        }
        return Analysis(
            seed: UInt64(truncatingIfNeeded: webid), webid: String(webid), analysisid: general?["id"]?.integer ?? webid,
            kind: sample.isEmpty ? (url.isEmpty ? .commandLine : .website) : .executable,
            target: sample.isEmpty ? url : sample, originalName: "", digests: digests,
            size: file?["filesize"]?.integer ?? 0,
            time: Self.time(general), duration: 120, script: target?["cookbook"]?.scalarText ?? "", comments: "",
            tags: [],
            classification: "", threat: "", hasConfiguration: false, version: Version(major: 25, name: ""),
            runs: [
                Run(
                    system: System(name: "w7_1", description: "", arch: "WINDOWS"), verdict: verdict, score: score,
                    error: nil, yara: false,
                    sigma: false, snort: false)
            ])
    }

    private static func detection(_ value: JSONValue?) -> (Verdict, Int) {
        let strategies = value?["strategy"].map { $0.array ?? [$0] } ?? []
        guard let empiric = strategies.first(where: { $0["@name"]?.string == "empiric" }) else { return (.unknown, 0) }
        let verdict = Verdict.allCases.first { empiric[$0.rawValue]?.scalarText == "true" }
        return (verdict ?? .unknown, min(max(empiric["score"]?.integer ?? 0, 0), 100))
    }

    /// From `startdate` and `starttime`, in the sandbox's zone.
    private static func time(_ general: JSONValue?) -> Int {
        let date = (general?["startdate"]?.string ?? "").split(separator: "/").compactMap { Int($0) }
        let clock = (general?["starttime"]?.string ?? "").split(separator: ":").compactMap { Int($0) }
        guard date.count == 3, clock.count == 3, (1...31).contains(date[0]), (1...12).contains(date[1]),
            (1970...9999).contains(date[2])
        else { return Civil.instant(2018, 12, 20) }
        let local = Civil.instant(
            date[2], date[1], date[0], min(max(clock[0], 0), 23), min(max(clock[1], 0), 59), min(max(clock[2], 0), 60))
        return local - Civil.zurichOffset(at: local - 3600)
    }
}
