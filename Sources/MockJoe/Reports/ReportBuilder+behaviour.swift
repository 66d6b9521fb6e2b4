// `behavior`: processes with their files, registry keys and memory strings, and packets. Most of a large report is
// here, and none of it is wanted by anybody who makes a summary. Light reports have no `behavior.system`.

extension ReportBuilder {
    func behavior(_ writer: inout ReportWriter) {
        writer.object("behavior") { writer in
            network(&writer)
            if !form.isLight { system(&writer) }
            screenshots(&writer)
        }
    }

    private func network(_ writer: inout ReportWriter) {
        var dice = dice(3)
        let remote = evidence.addresses.filter { $0.network != nil }.map(\.ip)
        let lookups = evidence.hosts.map(\.name)
        writer.object("network") { writer in
            packets(&writer, "tcp", remote, bulk: form.isLight ? nil : bulk(.packet), &dice)
            packets(&writer, "udp", lookups.isEmpty ? [] : ["8.8.8.8"], bulk: nil, &dice)
            writer.elements("dns", of: "packet", lookups) { writer, name in
                writer.string("timestamp", start.packet(nanoseconds: dice.below(1_000_000_000)))
                writer.string("srcip", "192.168.2.4")
                writer.string("dstip", "8.8.8.8")
                writer.string("transid", "0x\(dice.hex(4))")
                writer.string("name", name)
                writer.string("type", "A (IP address)")
            }
            packets(&writer, "icmp", [], bulk: nil, &dice)
            packets(&writer, "http", Array(remote.prefix(1)), bulk: nil, &dice)
            packets(&writer, "https", Array(remote.dropFirst().prefix(1)), bulk: nil, &dice)
        }
    }

    private func packets(
        _ writer: inout ReportWriter, _ protocolName: StaticString, _ peers: [String], bulk: Bulk?, _ dice: inout Dice
    ) {
        writer.elements(protocolName, of: "packet", peers, bulk: bulk) { writer, peer in
            ReportBuilder.packet(
                &writer, time: start.packet(nanoseconds: dice.below(1_000_000_000)),
                port: String(dice.within(49_152...65_535)), peer: peer,
                detail: "")
        }
    }

    static func packet(_ writer: inout ReportWriter, time: String, port: String, peer: String, detail: String) {
        writer.string("timestamp", time)
        writer.verbatim("srcport", port)
        writer.number("dstport", 80)
        writer.string("srcip", "192.168.2.4")
        writer.string("dstip", peer)
        if !detail.isEmpty { writer.string("raw", detail) }
    }

    private func system(_ writer: inout ReportWriter) {
        var dice = dice(4)
        writer.object("system") { writer in
            writer.elements(
                "processes", of: "process", evidence.processes.enumerated().map { $0 }, bulk: bulk(.process)
            ) { writer, item in
                ReportBuilder.process(
                    &writer,
                    Process(
                        path: item.element, pid: String(dice.within(200...9_000)),
                        parent: String(dice.within(200...9_000)),
                        target: String(item.offset), date: start.slashed, time: start.clock,
                        md5: dice.hex(32, uppercase: true),
                        files: (0..<dice.within(2...6)).map { _ in
                            "C:\\Users\\user\\AppData\\Local\\Temp\\\(dice.lowercase(8)).tmp"
                        },
                        keys: (0..<dice.within(1...4)).map { _ in "HKEY_CURRENT_USER\\Software\\\(dice.lowercase(9))" },
                        strings: memory(&dice, number: item.offset)))
            }
            writer.padding("sysmon")
        }
    }

    private func memory(_ dice: inout Dice, number: Int) -> [String] {
        guard number == 0 else { return ["\(dice.letters(24)) \(dice.hex(16))"] }
        return evidence.coins.map { "Pay to \($0) or lose all" } + evidence.links.map(\.url) + ["\(dice.letters(40))"]
    }

    struct Process {
        var path: String
        var pid: String
        var parent: String
        var target: String
        var date: String
        var time: String
        var md5: String
        var files: [String]
        var keys: [String]
        var strings: [String]
    }

    static func process(_ writer: inout ReportWriter, _ process: Process) {
        writer.object("general") { writer in
            writer.verbatim("targetid", process.target)
            writer.verbatim("pid", process.pid)
            writer.verbatim("parentpid", process.parent)
            writer.string("name", String(process.path.split(separator: "\\").last ?? ""))
            writer.string("path", process.path)
            writer.string("cmdline", "'\(process.path)' /c start")
            writer.string("md5", process.md5)
            writer.number("size", 179_712)
            writer.string("date", process.date)
            writer.string("time", process.time)
            writer.string("modulebase", "0x7a0000")
            writer.number("modulesize", 196_608)
            writer.string("reason", "newprocess")
            writer.string("class", "unknown")
            writer.string("reputation", "moderate")
            writer.flag("isadmin", true)
            writer.flag("isdropped", false)
            writer.flag("iswindows", process.path.hasPrefix("C:\\Windows\\"))
            writer.flag("wow64", true)
        }
        activities(&writer, process)
        writer.texts("memorystrings", of: "string", process.strings)
    }

    private static func activities(_ writer: inout ReportWriter, _ process: Process) {
        writer.object("fileactivities") { writer in
            calls(&writer, "fileOpened", process.files)
            calls(&writer, "fileCreated", Array(process.files.prefix(1)))
            calls(&writer, "fileWritten", Array(process.files.prefix(2)))
            calls(&writer, "fileRead", process.files)
            calls(&writer, "fileDeleted", [])
            calls(&writer, "fileMoved", [])
        }
        writer.object("registryactivities") { writer in
            calls(&writer, "keyOpened", process.keys)
            calls(&writer, "keyCreated", Array(process.keys.prefix(1)))
            writer.elements("keyValueCreated", of: "call", Array(process.keys.prefix(1))) { writer, key in
                writer.string("path", key)
                writer.string("name", "Start")
                writer.number("newdata", 2)
                writer.string("status", "success or wait")
            }
            calls(&writer, "keyValueModified", [])
        }
    }

    private static func calls(_ writer: inout ReportWriter, _ name: StaticString, _ paths: [String]) {
        writer.elements(name, of: "call", paths) { writer, path in
            writer.string("path", path)
            writer.string("access", "read attributes | synchronize | generic write")
            writer.string("status", "success or wait")
        }
    }

    /// A picture in Base64, or nothing.
    private func screenshots(_ writer: inout ReportWriter) {
        var dice = dice(5)
        guard !form.isLight, !evidence.processes.isEmpty else { return writer.empty("screenshotdata") }
        writer.object("screenshotdata") { writer in
            writer.object("interesting") { writer in
                writer.attribute("imgtype", "jpeg")
                writer.string(
                    "$",
                    "/9j/4AAQSkZJRg"
                        + dice.text(4_000, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
            }
        }
    }
}
