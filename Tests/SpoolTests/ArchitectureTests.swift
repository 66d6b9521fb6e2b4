// The house rules that a compiler does not check: who may import what, and which room may know which.

import Spool
import SystemPackage
import Testing

@Suite struct ArchitectureTests {
    /// Room → rooms whose types it may name.
    private static let mayKnow: [String: Set<String>] = [
        "Files": [],
        "Store": ["Files", "JSON"],
        "JSON": [],
        "Ports": [],
        "HTTP": ["Ports"],
        "Joe": ["HTTP", "Ports", "JSON"],
        "TruStar": ["HTTP", "Ports", "JSON"],
        "Mapping": ["JSON"],
        "Transfer": ["Files", "Store", "JSON"],
        "Stages": ["Files", "Store", "JSON", "Ports", "Mapping"],
        "Configuration": [],
        "Metrics": ["Files", "Store"],
        "Doctor": ["Files", "Store", "Ports", "HTTP"],
    ]

    /// Modules that only these files may import.
    private static let borders: [String: Set<String>] = [
        "CLibYAML": ["YAMLParser.swift"],
        "CFiles": ["Kernel.swift", "FileSystem.swift", "OpenFile.swift", "Memory.swift", "OpenFileLimit.swift"],
        "Subprocess": ["KeyProgram.swift"],
        "X509": ["PeerCertificate.swift", "MockTLS.swift"],
    ]

    private struct Source {
        let module: String
        let room: String
        let name: String
        let lines: [Substring]
    }

    @Test func `nobody imports Foundation, which doubles the binary`() throws {
        let sources = try Self.sources("Sources") + Self.sources("Tests")
        #expect(sources.count > 100)
        for source in sources {
            let imports = Self.imports(source)
            #expect(!imports.contains("Foundation"), "\(source.name)")
        }
    }

    @Test func `the mocks are an independent reading: they never import Spool`() throws {
        for source in try Self.sources("Sources") where source.module.hasPrefix("Mock") {
            #expect(!Self.imports(source).contains("Spool"), "\(source.module)/\(source.name)")
        }
    }

    @Test func `a C library is imported in one file`() throws {
        for source in try Self.sources("Sources") {
            for module in Self.imports(source) {
                guard let allowed = Self.borders[module] else { continue }
                #expect(allowed.contains(source.name), "\(source.name) imports \(module)")
            }
        }
    }

    @Test func `each room names only types of the rooms that it may know`() throws {
        let sources = try Self.sources("Sources").filter { $0.module == "Spool" }
        var home: [String: String] = [:]
        for source in sources {
            for type in Self.declaredTypes(source) where home[type] == nil { home[type] = source.room }
        }
        #expect(home["SpoolStore"] == "Store" && home["JoeClient"] == "Joe")
        // A nested type of the same name is the room's own.
        let own = Dictionary(grouping: sources, by: \.room).mapValues { Set($0.flatMap(Self.nestedTypes)) }
        for source in sources where source.room != "Connector" {
            let allowed = try #require(Self.mayKnow[source.room], "a room without a rule: \(source.room)")
            for word in Self.words(source) {
                guard let owner = home[word], owner != source.room, !allowed.contains(owner),
                    own[source.room]?.contains(word) != true
                else { continue }
                Issue.record("\(source.room)/\(source.name) names \(word), which lives in \(owner)")
            }
        }
    }

    @Test func `no file is longer than 400 lines`() throws {
        for source in try Self.sources("Sources") + Self.sources("Tests") {
            #expect(source.lines.count <= 400, "\(source.name)")
        }
    }

    // MARK: Reading the sources

    private static var root: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    private static func sources(_ folder: String) throws -> [Source] {
        var found: [Source] = []
        for module in try Folder.names(root.appending(folder)) {
            try collect(root.appending(folder).appending(module), module: module, room: nil, into: &found)
        }
        return found
    }

    private static func collect(_ path: FilePath, module: String, room: String?, into found: inout [Source]) throws {
        guard try Kernel.status(path)?.kind == .directory else { return }
        for name in try Folder.names(path) {
            let child = path.appending(name)
            if name.hasSuffix(".swift"), let bytes = try WholeFile.read(child) {
                let lines = String(decoding: bytes, as: UTF8.self).split(
                    separator: "\n", omittingEmptySubsequences: false)
                found.append(Source(module: module, room: room ?? "", name: name, lines: lines))
            } else {
                try collect(child, module: module, room: room ?? name, into: &found)
            }
        }
    }

    private static func imports(_ source: Source) -> Set<String> {
        Set(
            source.lines.compactMap { line in
                let words = line.split(separator: " ").filter {
                    !["public", "package", "internal", "@testable"].contains($0)
                }
                return words.count >= 2 && words[0] == "import" ? String(words[words.count - 1]) : nil
            })
    }

    /// Types at the top level of a file, by their unindented declarations.
    private static func declaredTypes(_ source: Source) -> [String] {
        source.lines.compactMap { line in
            guard let first = line.first, first.isLetter else { return nil }
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            guard !words.contains("private"), !words.contains("fileprivate") else { return nil }
            let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
            guard let index = words.firstIndex(where: kinds.contains), index + 1 < words.count, index < 4 else {
                return nil
            }
            return String(words[index + 1])
        }
    }

    /// Types inside of others.
    private static func nestedTypes(_ source: Source) -> [String] {
        source.lines.compactMap { line in
            guard line.first == " " else { return nil }
            let words = line.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            let kinds: Set<Substring> = ["struct", "enum", "class", "actor", "protocol", "typealias"]
            guard let index = words.firstIndex(where: kinds.contains), index + 1 < words.count, index < 4 else {
                return nil
            }
            return String(words[index + 1])
        }
    }

    /// Capitalised words outside comments and strings.
    private static func words(_ source: Source) -> Set<String> {
        var words: Set<String> = []
        for line in source.lines {
            let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0]
            for (index, part) in code.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            where index % 2 == 0 {
                for word in part.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
                where word.first?.isUppercase == true {
                    words.insert(String(word))
                }
            }
        }
        return words
    }
}
