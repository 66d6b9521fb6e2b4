// The other resources, small but valid of their kind: an XML document, a page, a capture with one packet per
// address that was contacted.

struct SmallForms {
    let analysis: Analysis
    let run: Run
    let evidence: Evidence

    func xml() -> [UInt8] {
        let start = Civil(instant: analysis.time + 1)
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<analysis>\n  <generalinfo>\n"
        text += "    <version>\(Self.escaped(analysis.version.text))</version>\n    <id>\(analysis.analysisid)</id>\n"
        text += "    <startdate>\(start.slashed)</startdate>\n    <starttime>\(start.clock)</starttime>\n    <target>\n"
        text += "      <sample>\(analysis.kind.isFile ? Self.escaped(analysis.target) : "")</sample>\n"
        text += "      <url>\(analysis.kind.isAddress ? Self.escaped(analysis.target) : "")</url>\n    </target>\n"
        text += "    <arch>\(run.system.arch)</arch>\n  </generalinfo>\n  <signaturedetections isArray=\"true\">\n"
        text +=
            "    <strategy name=\"empiric\">\n      <detection>\(run.verdict.detection)</detection>\n"
            + "      <score>\(run.score)</score>\n"
        text += "      <malicious>\(run.verdict == .malicious)</malicious>\n    </strategy>\n  </signaturedetections>\n"
        text += "  <ipinfo isArray=\"true\">\n"
        for address in evidence.addresses {
            text +=
                "    <ip ip=\"\(address.ip)\" private=\"\(address.network == nil)\" malicious=\"\(address.malicious)\"/>\n"
        }
        text += "  </ipinfo>\n</analysis>\n"
        return Array(text.utf8)
    }

    func html() -> [UInt8] {
        let title = Self.escaped(analysis.target)
        var text =
            "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>Analysis Report \(title)</title></head>\n<body>\n"
        text += "<h1>Analysis Report \(title)</h1>\n<p>Analysis ID: \(analysis.analysisid)</p>\n"
        text +=
            "<p>Detection: \(run.verdict.rawValue), score \(run.score) of 100, on \(run.system.description)</p>\n<ul>\n"
        for signature in evidence.signatures { text += "<li>\(Self.escaped(signature.rule.text))</li>\n" }
        text += "</ul>\n</body></html>\n"
        return Array(text.utf8)
    }

    /// The classic format, Ethernet, one SYN to each IPv4 address.
    func pcap() -> [UInt8] {
        var bytes: [UInt8] = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0]
        for (number, address) in evidence.addresses.enumerated() {
            let octets = address.ip.split(separator: ".").compactMap { UInt8($0) }
            guard octets.count == 4 else { continue }
            var packet: [UInt8] = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0]
            var header: [UInt8] = [
                0x45, 0, 0, 40, 0, UInt8(truncatingIfNeeded: number), 0x40, 0, 128, 6, 0, 0, 192, 168, 2, 4,
            ]
            header += octets
            let sum = Self.checksum(header)
            header[10] = UInt8(sum >> 8)
            header[11] = UInt8(sum & 255)
            packet += header
            packet += [0xC0, 0, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 2, 0xFA, 0xF0, 0, 0, 0, 0]
            let length = UInt32(packet.count)
            for word in [UInt32(truncatingIfNeeded: analysis.time), UInt32(number), length, length] {
                for shift in stride(from: 0, to: 32, by: 8) { bytes.append(UInt8(truncatingIfNeeded: word >> shift)) }
            }
            bytes += packet
        }
        return bytes
    }

    private static func checksum(_ header: [UInt8]) -> UInt16 {
        var sum: UInt32 = 0
        for index in stride(from: 0, to: header.count, by: 2) {
            sum += UInt32(header[index]) << 8 | UInt32(header[index + 1])
        }
        while sum >> 16 != 0 { sum = sum & 0xFFFF + sum >> 16 }
        return ~UInt16(truncatingIfNeeded: sum)
    }

    /// For markup; characters that XML cannot hold are replaced.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += "&#\(scalar.value);"
            default:
                let isHeld = scalar.value >= 0x20 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
                escaped.unicodeScalars.append(isHeld ? scalar : "\u{FFFD}")
            }
        }
        return escaped
    }
}
