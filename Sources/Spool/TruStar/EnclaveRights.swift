// TruSTAR's 403 says the same whatever is missing, so that after one the list of enclaves is read (which costs nothing of
// the daily quota) and compared with what this program needs: an enclave that exists, is INTERNAL, and grants `create`
// and `update`.

package enum EnclaveRights {
    /// Names of the configuration's keys, for the remedy.
    private static let key = "trustar.enclave_id"

    /// What stands in the way of writing into the enclave `id`; nil if nothing does, as far as the list tells.
    package static func problem(with id: String, in enclaves: [Enclave]) -> String? {
        guard let enclave = enclaves.first(where: { $0.id.lowercased() == id.lowercased() }) else {
            return "there is no enclave \(RemoteText.clean(id, limit: 80)) that this account can see (\(key)); "
                + alternatives(enclaves)
        }
        let name = shown(enclave)
        guard enclave.type.uppercased() == "INTERNAL" || enclave.canCreate else {
            return
                "\(name) is of type \(RemoteText.clean(enclave.type, limit: 20)), a feed that only its provider writes; "
                + alternatives(enclaves)
        }
        let missing = [(enclave.canCreate, "create"), (enclave.canUpdate, "update")].filter { !$0.0 }.map(\.1)
        guard !missing.isEmpty else { return nil }
        return "this account lacks the right to \(missing.joined(separator: " and ")) in \(name); "
            + "have it granted in Station, or take another enclave: \(alternatives(enclaves))"
    }

    /// Which enclaves could be taken instead.
    private static func alternatives(_ enclaves: [Enclave]) -> String {
        let usable = enclaves.filter { $0.canCreate && $0.canUpdate }
        guard !usable.isEmpty else { return "it may create and update in none of the \(enclaves.count) that it sees" }
        let names = usable.prefix(5).map(shown).joined(separator: ", ")
        return "it may create and update in \(names)\(usable.count > 5 ? " and \(usable.count - 5) more" : "")"
    }

    private static func shown(_ enclave: Enclave) -> String {
        "'\(RemoteText.clean(enclave.name, limit: 60))' (\(RemoteText.clean(enclave.id, limit: 80)))"
    }
}

extension TruStarClient {
    /// Asks for the enclaves, and says what is missing in one of them.
    package func explained(_ fault: Fault, enclave id: String) async -> Fault {
        guard fault.code == .forbidden else { return fault }
        var fault = fault
        do throws(Fault) {
            let problem = EnclaveRights.problem(with: id, in: try await enclaves().value)
            fault.message +=
                problem.map { ". The list of enclaves tells why: \($0)" }
                ?? ". The list of enclaves grants create and update in \(RemoteText.clean(id, limit: 80)), so that it is"
                + " something else: has the account been locked, or the key been replaced?"
        } catch {
            fault.message += ". Which right is missing cannot be told: \(error.message)"
        }
        return fault
    }
}
