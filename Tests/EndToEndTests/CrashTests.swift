// A short round of what `make crash-test` does at length (scripts/crash): the program as a process, killed before a sample
// of its calls, against servers that survive; and strace beside it, which checks that no call slips past the counter.

import Glibc
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct CrashTests {
    @Test(.enabled(if: access("/usr/bin/python3", X_OK) == 0, "python3 is not installed"))
    func `killed at any call, the program loses nothing and sends nothing twice`() async throws {
        try await withTemporaryFolder { folder in
            let program = try Program(in: folder)
            let result = try await run(
                .path("/usr/bin/python3"),
                arguments: [Self.script.string, program.path.string, "--quick", "--settle", "1.0"],
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            #expect(result.terminationStatus == .exited(0), "\(result.standardOutput) \(result.standardError)")
            #expect(result.standardOutput.contains("lost 0, torn 0, twice 0"))
            print(result.standardOutput.split(separator: "\n").suffix(3).joined(separator: "\n"))
        }
    }

    private static let script: FilePath = {
        var root = FilePath(#filePath)
        for _ in 1...3 { root.removeLastComponent() }
        return root.appending("scripts/crash/sweep.py")
    }()
}
