// What a submission is about, read off its form: exactly one of a file, a file to come in chunks, an address, the
// address of a file, a command line; or a cookbook alone. Also which parameters there are: an unknown one is
// refused, as the real server does.

import MockKit
import NIOCore

struct Target: Sendable {
    var name: String
    var kind: TargetKind
    var script: String?
    var sample: ByteBuffer?
    var isChunked = false

    init(_ form: JoeForm, chunkedUploads: Bool) throws {
        let cookbook = form.file("cookbook")
        script = cookbook.map { Target.lastComponent($0.name) }
        var targets: [(String, TargetKind, ByteBuffer?, Bool)] = []
        if let file = form.file("sample") {
            let name = Target.lastComponent(file.name)
            targets.append((name, Target.kind(ofFile: name), file.content, false))
        }
        if let name = form["chunked-sample"] {
            guard chunkedUploads else { throw JoeError(.invalidParameter, "Unknown parameter chunked-sample.") }
            targets.append((Target.lastComponent(name), Target.kind(ofFile: name), nil, true))
        }
        if let url = form["url"] {
            targets.append((url, Target.isUnreachable(url) ? .unreachable : .website, nil, false))
        }
        if let url = form["sample-url"] {
            let name = Target.lastComponent(String(url.prefix { $0 != "?" && $0 != "#" }))
            targets.append((name, Target.kind(ofFile: name), nil, false))
        }
        if let line = form["command-line"] { targets.append((line, .commandLine, nil, false)) }
        guard targets.count <= 1 else {
            throw JoeError(.invalidParameter, "Only one of sample, url, sample-url and command-line can be submitted.")
        }
        if let target = targets.first {
            guard !target.0.isEmpty else { throw JoeError(.invalidParameter, "The sample has no name.") }
            (name, kind, sample, isChunked) = target
        } else if let script {
            (name, kind) = (script, .commandLine)
        } else {
            throw JoeError.missing("sample")
        }
        name = String(name.prefix(2000))
    }

    /// A path is none of ours: only what follows the last slash or backslash counts.
    static func lastComponent(_ name: String) -> String {
        String(name.split(omittingEmptySubsequences: true) { $0 == "/" || $0 == "\\" }.last ?? "sample")
    }

    static func kind(ofFile name: String) -> TargetKind {
        let suffix = name.lowercased().split(separator: ".").last ?? ""
        if ["doc", "docx", "docm", "xls", "xlsx", "xlsm", "ppt", "pptx", "rtf", "pdf", "eml"].contains(suffix) {
            return .document
        }
        return ["vbs", "vbe", "js", "jse", "ps1", "bat", "cmd", "hta", "wsf", "py", "sh"].contains(suffix)
            ? .script : .executable
    }

    private static func isUnreachable(_ url: String) -> Bool {
        let host = url.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        return host.hasSuffix(".invalid") || host.hasPrefix("unreachable")
    }

    /// A word of the name decides ("clean.exe", "http://malicious.example/"); otherwise the name's letters do.
    static func verdict(of name: String, _ kind: TargetKind) -> Verdict {
        if kind == .unreachable { return .unknown }
        let lower = name.lowercased()
        if let named = Verdict.allCases.reversed().first(where: { lower.contains($0.rawValue) }) { return named }
        let hash = name.utf8.reduce(UInt64(name.utf8.count)) { Dice.mix($0 ^ UInt64($1)) }
        return [.clean, .suspicious, .malicious][Int(hash % 3)]
    }
}

extension JoeServer {
    static let knownParameters: Set<String> = [
        "apikey", "accept-tac", "url", "sample-url", "command-line", "chunked-sample", "systems[]", "tags[]",
        "comments", "analyze-on-reverser",
        "analysis-time", "document-password", "archive-password", "command-line-argument", "localized-internet-country",
        "internet-access", "internet-simulation", "report-cache", "hybrid-code-analysis", "hybrid-decompilation",
        "ssl-inspection",
        "vba-instrumentation", "js-instrumentation", "java-jar-tracing", "dotnet-tracing", "email-notification",
        "start-as-normal-user",
        "system-date", "language-and-locale", "archive-no-unpack", "hypervisor-based-inspection", "fast-mode",
        "secondary-results",
        "apk-instrumentation", "amsi-unpacking", "powershell-logging", "disable-chained-runs", "live-interaction",
        "encrypt-with-password",
        "browser", "url-reputation", "delete-after-days", "proxy-mode-config", "priority", "office-files-password",
        "anti-evasion-date",
        "remote-assistance", "remote-assistance-view-only", "static-only", "export-to-jbxview",
    ]

    static func checkParameters(_ form: JoeForm) throws {
        for item in form.fields.items where !knownParameters.contains(item.name) {
            throw JoeError(.invalidParameter, "Unknown parameter \(item.name.prefix(64)).")
        }
        for name in form.fields.all("systems[]") where !systems.contains(where: { $0.name == name }) {
            throw JoeError(.invalidParameter, "Unknown system \(name.prefix(64)).")
        }
        _ = try form.whole("analysis-time", in: 30...3600)
        _ = try form.whole("delete-after-days", in: 1...10_000)
    }
}
