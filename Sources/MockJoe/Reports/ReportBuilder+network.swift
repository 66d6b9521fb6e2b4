// Sections about what the sample talked to and left behind: domains, addresses (the sandbox's own among them),
// links, files.

extension ReportBuilder {
    private var process: String { evidence.processes.first ?? "unknown" }

    func domainInfo(_ writer: inout ReportWriter) {
        writer.elements("domaininfo", of: "domain", evidence.hosts) { writer, host in
            writer.attribute("name", host.name)
            writer.attribute("ip", host.ip ?? "unknown")
            writer.attribute("active", host.ip == nil ? "false" : "true")
            writer.attribute("malicious", host.malicious ? "true" : "false")
            writer.attribute("reputation", host.malicious ? "low" : "high")
            writer.attribute("registrar", "unknown")
            writer.attribute("email", "unknown")
            writer.attribute("nameservers", "unknown")
            writer.attribute("targetid", host.ip == nil ? "-1" : "1")
            writer.attribute("currentpath", host.ip == nil ? "unknown" : process)
        }
    }

    func ipInfo(_ writer: inout ReportWriter) {
        writer.elements("ipinfo", of: "ip", evidence.addresses) { writer, address in
            writer.attribute("ip", address.ip)
            writer.attribute("domain", address.host ?? "unknown")
            writer.attribute("country", address.network?.country ?? "unknown")
            writer.attribute("countrycode", address.network?.code3 ?? "unknown")
            writer.attribute("countrycode2l", address.network?.code2 ?? "unknown")
            writer.attribute("asnnbr", address.network?.asn ?? "unknown")
            writer.attribute("asnname", address.network?.owner ?? "unknown")
            writer.attribute("private", address.network == nil ? "true" : "false")
            writer.attribute("pingable", "unknown")
            writer.attribute("openports", "unknown")
            writer.attribute("malicious", address.malicious ? "true" : "false")
            writer.attribute("targetid", address.network == nil ? "-1" : "1")
            writer.attribute("currentpath", address.network == nil ? "unknown" : process)
        }
    }

    func urlInfo(_ writer: inout ReportWriter) {
        writer.elements("urlinfo", of: "url", evidence.links, bulk: bulk(.link)) { writer, link in
            ReportBuilder.link(
                &writer, name: link.url, ip: link.ip ?? "unknown", fromMemory: link.fromMemory,
                source: link.fromMemory ? "memory" : "network", malicious: link.malicious,
                process: link.fromMemory ? "unknown" : process)
        }
    }

    static func link(
        _ writer: inout ReportWriter, name: String, ip: String, fromMemory: Bool, source: String, malicious: Bool,
        process: String
    ) {
        writer.attribute("name", name)
        writer.attribute("ip", ip)
        writer.attribute("fromMemory", fromMemory ? "true" : "false")
        writer.attribute("source", source)
        writer.attribute("malicious", malicious ? "true" : "false")
        writer.attribute("targetid", fromMemory ? "-1" : "1")
        writer.attribute("currentpath", process)
    }

    func droppedInfo(_ writer: inout ReportWriter) {
        writer.elements("droppedinfo", of: "hash", evidence.dropped.enumerated().map { $0 }, bulk: bulk(.dropped)) {
            writer, file in
            ReportBuilder.dropped(
                &writer, number: String(file.offset), path: file.element.path, type: file.element.type,
                size: String(file.element.size),
                process: process, malicious: file.element.malicious, digests: file.element.digests)
        }
    }

    /// Hashes are upper-case here and lower-case in `fileinfo`; SHA-1 is called "SHA".
    static func dropped(
        _ writer: inout ReportWriter, number: String, path: String, type: String, size: String, process: String,
        malicious: Bool,
        digests: Digests
    ) {
        if writer.isRaw { writer.attribute("isArray", "true") }
        writer.attribute("file", path)
        writer.attribute("size", size)
        writer.attribute("type", type)
        writer.attribute("process", process)
        writer.attribute("targetid", "0")
        writer.attribute("dump", "\(path.split(separator: "\\").last ?? "file").0.dr")
        writer.attribute("id", "dr_\(number)")
        writer.attribute("entropy", "5.\(size)4220322")
        writer.attribute("malicious", malicious ? "true" : "false")
        writer.attribute("reputation", malicious ? "low" : "moderate")
        writer.attribute("whitelisted", "false")
        writer.attribute("encrypted", "false")
        writer.attribute("category", "dropped")
        let values = [
            ("MD5", digests.md5), ("SHA", digests.sha1), ("SHA-256", digests.sha256), ("SHA-512", digests.sha512),
        ]
        writer.repeated("value", values) { writer, value in
            writer.attribute("algo", value.0)
            writer.string("$", value.1.uppercased())
        }
        writer.elements("yara", of: "hit", [Int]()) { _, _ in }
    }
}
