// `fileinfo.pe`: the block that makes `fileinfo` too large to send on whole.

extension ReportBuilder {
    func pe(_ writer: inout ReportWriter, _ dice: inout Dice) {
        writer.object("pe") { writer in
            writer.string("entrypoint", "0x4\(dice.hex(5))")
            writer.string("entrypointsection", ".text")
            writer.string("imagebase", "0x400000")
            writer.string("subsystem", "windows gui")
            writer.string(
                "imagefilecharacteristics", "LOCAL_SYMS_STRIPPED, 32BIT_MACHINE, EXECUTABLE_IMAGE, LINE_NUMS_STRIPPED")
            writer.empty("dllcharacteristics")
            writer.string("timestamp", "0x\(dice.hex(8, uppercase: true)) [Fri Dec  4 13:35:59 2009 UTC]")
            writer.empty("tls")
            writer.object("osversion") { writer in
                writer.number("major", 4)
                writer.number("minor", 0)
            }
            writer.string("checksum", "0x0")
            writer.string("checksumcalced", "0x\(dice.hex(5))")
            writer.string("imphash", dice.hex(32))
            writer.object("signature") { $0.flag("signed", run.verdict == .clean) }
            writer.string("entrypointdata", dice.hex(256))
            instructions(&writer, &dice)
            sections(&writer, &dice)
            resources(&writer, &dice)
            writer.elements("imports", of: "import", Vocabulary.imports) { writer, item in
                writer.string("dllname", item.0)
                writer.string("functions", item.1)
            }
            writer.empty("exports")
            versions(&writer)
            writer.elements("origins", of: "origin", ["English"]) { writer, language in
                writer.string("language", language)
                writer.string("country", "US")
                writer.string(
                    "flag",
                    "R0lGODlh"
                        + dice.text(1200, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"))
            }
            directories(&writer, &dice)
        }
    }

    private func instructions(_ writer: inout ReportWriter, _ dice: inout Dice) {
        let names = [
            "nop ", "push ebp", "mov ebp, esp", "push FFFFFFFFh", "call 00007F6B0CC8A6B3h", "sub esp, 58h",
            "xor eax, eax",
        ]
        writer.object("entrypointdis") { writer in
            writer.repeated("instr", Array(0..<24)) { writer, _ in
                writer.string("data", dice.pick(names))
                writer.number("len", dice.within(1...7))
                writer.number("opcode", dice.below(256))
                writer.number("type", 65_536 + dice.below(64))
            }
        }
    }

    private func sections(_ writer: inout ReportWriter, _ dice: inout Dice) {
        writer.elements("sections", of: "section", [".text", ".rdata", ".data", ".rsrc"]) { writer, name in
            writer.string("name", name)
            writer.string("virtaddr", "0x\(dice.hex(4))0")
            writer.string("virtsize", "0x\(dice.hex(5))")
            writer.string("rawaddr", "0x\(dice.hex(4))0")
            writer.string("rawsize", "0x\(dice.hex(4))0")
            writer.element("entropy", dice.fraction(below: 8, digits: 11))
            writer.element("zlibcomplexity", dice.fraction(below: 1, digits: 12))
            writer.string("type", "data")
            writer.string("characteristics", "IMAGE_SCN_MEM_EXECUTE, IMAGE_SCN_CNT_CODE, IMAGE_SCN_MEM_READ")
            writer.string("xoredpe", "False")
        }
    }

    private func resources(_ writer: inout ReportWriter, _ dice: inout Dice) {
        writer.elements("resources", of: "resource", ["RT_ICON", "RT_ICON", "RT_DIALOG", "RT_VERSION", "RT_MANIFEST"]) {
            writer, name in
            writer.string("name", name)
            writer.string("rva", "0x\(dice.hex(5))")
            writer.string("size", "0x\(dice.hex(3))")
            writer.string("type", "data")
            writer.string("language", "English")
            writer.string("country", "US")
        }
    }

    /// Missing in many samples; one real string has a character that was lost before it came into the report.
    private func versions(_ writer: inout ReportWriter) {
        let strings =
            run.verdict == .malicious
            ? []
            : [("LegalCopyright", "Copyright?1988-2013"), ("FileVersion", "4.0"), ("InternalName", analysis.target)]
        writer.elements("versions", of: "version", strings) { writer, item in
            writer.string("name", item.0)
            writer.element("value", item.1)
        }
    }

    private func directories(_ writer: inout ReportWriter, _ dice: inout Dice) {
        let names = [
            "EXPORT", "IMPORT", "RESOURCE", "EXCEPTION", "SECURITY", "BASERELOC", "DEBUG", "TLS", "LOAD_CONFIG", "IAT",
        ]
        writer.elements("datadirs", of: "datadir", names) { writer, name in
            writer.string("name", "IMAGE_DIRECTORY_ENTRY_\(name)")
            writer.string("address", "0x\(dice.hex(5))")
            writer.string("size", "0x\(dice.hex(3))")
            writer.empty("insection")
        }
    }
}
