// The built program, run as a process: what a user runs is what these tests run.

import Spool
import Subprocess
import SystemPackage
import Testing

/// `spoolctl` beside the test bundle.
struct Program {
    let folder: FilePath
    let path: FilePath

    /// In a folder of its own, with this configuration.
    init(in folder: FilePath) throws {
        self.folder = folder
        path = try Self.binary()
    }

    struct Result {
        let status: Int
        let output: String
        let errors: String

        /// Lines of standard output.
        var lines: [Substring] { output.split(separator: "\n") }
    }

    /// Runs to the end.
    func callAsFunction(_ arguments: String..., input: String = "") async throws -> Result {
        try await callAsFunction(arguments, input: input)
    }

    func callAsFunction(_ arguments: [String], input: String = "") async throws -> Result {
        let result = try await run(
            .path(path), arguments: Arguments(arguments), environment: Self.environment, workingDirectory: folder,
            input: .string(input), output: .string(limit: 64 << 20), error: .string(limit: 16 << 20))
        return Result(
            status: Self.code(result.terminationStatus), output: result.standardOutput, errors: result.standardError)
    }

    /// Runs as long as `body` does, then is told to stop (SIGTERM); `body` gets its standard output line by line, and finds what
    /// it says on standard error in `talk`.
    func whileRunning<Value: Sendable>(
        _ arguments: [String], _ body: @escaping @Sendable (_ firstLines: [String]) async throws -> Value, lines: Int
    ) async throws -> (Value, status: Int) {
        let result = try await run(
            .path(path), arguments: Arguments(arguments), environment: Self.environment, workingDirectory: folder,
            input: .none, output: .sequence, error: .fileDescriptor(try openTalk(), closeAfterSpawningProcess: true)
        ) { execution in
            var first: [String] = []
            if lines > 0 {
                for try await line in execution.standardOutput.strings() {
                    first.append(line.trimmingNewline())
                    if first.count == lines { break }
                }
            }
            let value = try await body(first)
            try execution.send(signal: .terminate)
            return value
        }
        return (result.closureResult, Self.code(result.terminationStatus))
    }

    private var talkFile: FilePath { folder.appending("talk") }

    private func openTalk() throws -> FileDescriptor {
        try FileDescriptor.open(
            talkFile, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
    }

    /// What the program that runs has said on standard error.
    func talk() throws -> String { String(decoding: try WholeFile.read(talkFile) ?? [], as: UTF8.self) }

    private static func code(_ status: TerminationStatus) -> Int {
        switch status {
        case .exited(let code): Int(code)
        case .signaled(let signal): 128 + Int(signal)
        }
    }

    /// Nothing of the tester's own configuration or terminal.
    static let environment = Environment.inherit.updating(["SPOOLCTL_CONFIG": nil, "NO_COLOR": "1"])

    private static func binary() throws -> FilePath {
        let test = try #require(CommandLine.arguments.first.map { FilePath($0) })
        var folder = test.removingLastComponent()
        while !folder.isEmpty, folder != "/" {
            let candidate = folder.appending("spoolctl")
            if (try? FileDescriptor.open(candidate, .readOnly)) != nil, candidate.string.contains(".build") {
                return candidate
            }
            folder = folder.removingLastComponent()
        }
        throw Missing()
    }

    struct Missing: Error {}
}

extension String {
    fileprivate func trimmingNewline() -> String {
        hasSuffix("\n") ? String(dropLast()) : self
    }
}
