// What the tests of this room share: reading a text, and a folder of their own.

import Glibc
import SystemPackage
import Testing

@testable import Spool

/// A suite on reading configurations.
protocol ConfigurationSuite {}

extension ConfigurationSuite {
    /// What is wrong with a text, one line per problem; empty if nothing is.
    func problems(
        _ yaml: String, environment: [String: String] = [:], mode: UInt32? = nil, folder: FilePath = "/nowhere"
    ) -> [String] {
        problems(Array(yaml.utf8), environment: environment, mode: mode, folder: folder)
    }

    func problems(
        _ bytes: [UInt8], environment: [String: String] = [:], mode: UInt32? = nil, folder: FilePath = "/nowhere"
    ) -> [String] {
        do throws(ConfigurationError) {
            _ = try read(bytes, environment: environment, mode: mode, folder: folder)
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    func read(
        _ bytes: [UInt8], environment: [String: String] = [:], mode: UInt32? = nil, folder: FilePath = "/nowhere",
        scope: SettingsLoader.Scope = .everything
    ) throws(ConfigurationError) -> (settings: Settings, warnings: [ConfigurationProblem]) {
        let context = DecodingContext(
            file: "config.yaml", folder: folder, mode: mode, environment: environment, scope: scope)
        return try SettingsLoader.decode(bytes, context)
    }

    /// A configuration that needs nothing else, with more lines at its end.
    func minimal(_ more: String = "") -> String { "run: {stages: [map]}\n" + more }

    func settings(_ yaml: String, environment: [String: String] = [:], folder: FilePath = "/nowhere") throws -> Settings
    {
        try read(Array(minimal(yaml).utf8), environment: environment, folder: folder).settings
    }

    /// The top of the project.
    var projectFolder: FilePath {
        var path = FilePath(#filePath)
        for _ in 0..<4 { path.removeLastComponent() }
        return path
    }

    /// Runs with a new folder, which is removed afterwards.
    func withFolder<Result>(_ body: (FilePath) throws -> Result) throws -> Result {
        var template = Array("/tmp/spool-configuration-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { buffer in
            buffer.baseAddress.flatMap { mkdtemp($0) }.map { FilePath(platformString: $0) }
        }
        let folder = try #require(made)
        defer { remove(folder) }
        return try body(folder)
    }

    private func remove(_ folder: FilePath) {
        guard let stream = folder.withPlatformString({ opendir($0) }) else { return }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            _ = folder.appending(name).withPlatformString { Glibc.remove($0) }
        }
        closedir(stream)
        _ = folder.withPlatformString { rmdir($0) }
    }

    @discardableResult
    func write(_ text: String, to path: FilePath, mode: UInt16 = 0o600) throws -> FilePath {
        try write(Array(text.utf8), to: path, mode: mode)
    }

    @discardableResult
    func write(_ bytes: [UInt8], to path: FilePath, mode: UInt16 = 0o600) throws -> FilePath {
        let file = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate, .closeOnExec],
            permissions: FilePermissions(rawValue: CModeT(mode)))
        try file.closeAfter { _ = try file.writeAll(bytes) }
        #expect(path.withPlatformString { chmod($0, mode_t(mode)) } == 0)
        return path
    }

    func contents(of path: FilePath) throws -> String {
        String(decoding: try RegularFile.read(path, atMost: 1 << 20).bytes, as: UTF8.self)
    }
}
