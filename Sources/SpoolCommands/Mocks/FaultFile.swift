// A fault plan from a file, for the mocks, which read no files of ours.

import MockKit
import Spool
import SystemPackage

enum FaultFile {
    private static let limit = 1 << 20

    static func read(_ path: String) throws -> FaultPlan {
        guard let bytes = try WholeFile.read(Paths.absolute(path), limit: limit) else {
            throw CommandFailure(.missing, "no fault plan at \(path)")
        }
        do {
            return try FaultPlan(json: bytes)
        } catch let error as MockError {
            throw CommandFailure(.badData, "\(path): \(error)")
        }
    }
}
