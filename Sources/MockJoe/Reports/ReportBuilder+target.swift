// Sections about what was analysed and where: `generalinfo` and `fileinfo` with its large blocks.

extension ReportBuilder {
    func generalInfo(_ writer: inout ReportWriter) {
        var dice = dice(1)
        writer.object("generalinfo") { writer in
            writer.string("version", analysis.version.text)
            writer.number("id", analysis.analysisid)
            writer.string("product", product)
            writer.string("reporttype", form.isLight ? "light" : "full")
            writer.string("startdate", start.slashed)
            writer.string("starttime", start.clock)
            let seconds = max(1, analysis.duration - 73)
            writer.string("duration", "0h \(seconds / 60)m \(seconds % 60)s")
            target(&writer)
            writer.string("systemdescription", run.system.description)
            writer.string("arch", run.system.arch)
            writer.string("countrycode", "USA")
            writer.string("inetsimip", "192.168.1.250")
            for key: StaticString in [
                "hvm", "hypermodeon", "decenabled", "egaenabled", "javatraceenabled", "jbxviewon", "jsinstrenabled",
            ] {
                writer.flag(key, dice.chance(40))
            }
            writer.flag("scaeenabled", true)
            writer.flag("vbainstrenabled", analysis.kind == .document)
            writer.number("newprocesses", evidence.processes.count)
            writer.number("existingprocesses", dice.below(3))
            writer.number("existinginjectprocesses", dice.below(13))
            writer.number("newdrivers", 0)
            writer.number("existingdriver", 0)
            writer.number("analysisstopreason", dice.below(2))
        }
    }

    /// Both members exist; the one that does not apply is empty, for command lines both are.
    private func target(_ writer: inout ReportWriter) {
        writer.object("target") { writer in
            if analysis.kind.isFile { writer.element("sample", analysis.target) } else { writer.empty("sample") }
            if analysis.kind.isAddress {
                writer.string("url", analysis.target)
            } else if analysis.webid.utf8.last.map({ $0 % 2 == 0 }) ?? false {
                writer.string("url", "")
            } else {
                writer.empty("url")
            }
            writer.string("cookbook", analysis.script)
            if analysis.kind.isFile {
                writer.string("submissionpath", "C:\\Users\\user\\Desktop\\")
            } else {
                writer.empty("submissionpath")
            }
        }
    }

    func fileInfo(_ writer: inout ReportWriter) {
        guard analysis.kind.isFile, let digests = analysis.digests else { return writer.empty("fileinfo") }
        var dice = dice(2)
        writer.object("fileinfo") { writer in
            writer.string("filetype", fileType)
            writer.element("entropy", dice.fraction(below: 8))
            writer.texts("trid", of: "def", trid(&dice))
            writer.element("filename", analysis.target)
            writer.string("submissionpath", "C:\\Users\\user\\Desktop\\")
            writer.number("filesize", analysis.size)
            writer.string("md5", digests.md5)
            writer.string("sha1", digests.sha1)
            writer.string("sha256", digests.sha256)
            writer.string("sha512", digests.sha512)
            writer.string("ssdeep", digests.ssdeep)
            writer.string("preview", preview(&dice))
            if analysis.kind == .executable { pe(&writer, &dice) } else { ole(&writer, &dice) }
        }
    }

    private var fileType: String {
        switch analysis.kind {
        case .executable: "PE32 executable (GUI) Intel 80386, for MS Windows"
        case .document: "Composite Document File V2 Document, Little Endian, Os: Windows, Version 6.1, Code page: 1252"
        case .script, .website, .unreachable, .commandLine:
            "ASCII text, with very long lines, with CRLF line terminators"
        }
    }

    /// Several lines, one, or none: the three shapes of a container.
    private func trid(_ dice: inout Dice) -> [String] {
        let share = "\(dice.within(51...99)).\(dice.within(10...99))%"
        switch analysis.kind {
        case .executable:
            return [
                "Win32 Executable (generic) a (10002005/4) \(share)", "Generic Win/DOS Executable (2004/3) 0.02%",
                "DOS Executable Generic (2002/1) 0.02%",
                "Autodesk FLIC Image File (extensions: flc, fli, cel) (7/3) 0.00%",
            ]
        case .document: return ["Word Microsoft Office Open XML Format document (43504/1) \(share)"]
        case .script, .website, .unreachable, .commandLine: return []
        }
    }

    /// The first bytes of the sample as the report shows them: anything may be in here.
    private func preview(_ dice: inout Dice) -> String {
        var text =
            analysis.kind == .executable
            ? "MZ......................@...\u{B8}.\u{BA}.!.L.!This program cannot be run in DOS mode.\r\r\n$" : ""
        for _ in 0..<dice.within(60...200) {
            let scalar = Unicode.Scalar(UInt8(dice.within(1...255)))
            text.unicodeScalars.append(scalar)
        }
        return text
    }

    private func ole(_ writer: inout ReportWriter, _ dice: inout Dice) {
        writer.object("ole") { writer in
            if writer.isRaw { writer.attribute("arrayTag", "olefile") }
            writer.attribute("doctype", analysis.kind == .document ? "OLE" : "Text")
            writer.attribute("olefiles", analysis.kind == .document ? "1" : "0")
            if analysis.kind == .document {
                writer.repeated("olefile", [0]) { writer, _ in
                    writer.attribute("index", "0")
                    writer.string(
                        "vba",
                        "Sub AutoOpen()\r\n    Shell \"\(dice.lowercase(8)) \" & Chr(34), \(dice.below(2))\r\nEnd Sub\r\n"
                    )
                }
            }
            writer.object("archive") { $0.empty("zip") }
        }
    }
}
