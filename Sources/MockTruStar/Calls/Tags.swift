// Tags of reports. A tag is its name: lower-case, at most 90 characters, any characters (the documents recommend
// letters, digits, - and _, yet the official client's own tests use blanks). Adding what is there and removing
// what is not are no errors.

import MockKit
import Synchronization

extension TruStarServer {
    var tagRoutes: [MockRoute] {
        [
            call("GET", "/reports/{id}/tags") { [self] in try tags($0) },
            call("POST", "/reports/{id}/alter-tags") { [self] in try alterTags($0) },
            call("GET", "/reports/tags") { [self] in try allTags($0) },
        ]
    }

    static func tagName(_ text: String) throws -> String {
        let name = text.trimmingBlanks().lowercased()
        if name.isEmpty { throw bad("Tag name must not be empty") }
        if name.count > 90 { throw bad("Tag name must not exceed 90 characters") }
        return name
    }

    static func tagObject(_ name: String, _ enclaveID: String) -> JSONValue {
        ["guid": .string(name), "name": .string(name), "enclaveId": .string(enclaveID)]
    }

    private func tags(_ request: MockRequest) throws -> MockResponse {
        let report = try state.withLock { try find(request, in: $0, lookUp: true) }
        return .json(.array(report.tags.map { Self.tagObject($0, report.enclaveID) }))
    }

    private func alterTags(_ request: MockRequest) throws -> MockResponse {
        guard let members = request.json?.object else { throw Self.bad("Required request body is missing") }
        let added = try names(members["addedTags"])
        let removed = Set(try names(members["removedTags"]))
        let id = try state.withLock { state in
            var report = try find(request, in: state, lookUp: false)
            _ = try enclave(report.enclaveID, .update)
            report.tags.removeAll(where: removed.contains)
            for name in added where !report.tags.contains(name) { report.tags.append(name) }
            state.replace(report)
            return report.id
        }
        return .json(["id": .string(id)], effect: "tagged")
    }

    /// `[{"name": "x"}]`.
    private func names(_ value: JSONValue?) throws -> [String] {
        switch value {
        case nil, .null: return []
        case .array(let list):
            return try list.map { item in
                guard let name = item["name"]?.string else { throw Self.bad("A tag must have a name") }
                return try Self.tagName(name)
            }
        default: throw Self.bad("Tags must be a list")
        }
    }

    private func allTags(_ request: MockRequest) throws -> MockResponse {
        let enclaves = request.query.list("enclaveIds")
        let all = state.withLock { $0.all }.filter { report in
            report.visibleFrom <= request.arrived && enclaveIsReadable(report.enclaveID)
                && (enclaves.isEmpty || enclaves.contains(report.enclaveID))
        }
        let pairs = Set(all.flatMap { report in report.tags.map { [$0, report.enclaveID] } })
        return .json(.array(pairs.sorted { $0.lexicographicallyPrecedes($1) }.map { Self.tagObject($0[0], $0[1]) }))
    }
}
