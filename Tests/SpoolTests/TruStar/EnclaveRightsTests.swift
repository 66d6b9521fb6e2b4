import Spool
import Testing

struct EnclaveRightsTests {
    static let list = [
        Enclave(id: "aa", name: "Joe Sandbox", type: "INTERNAL", canRead: true, canCreate: true, canUpdate: true),
        Enclave(id: "bb", name: "Open Feed", type: "OPEN", canRead: true, canCreate: false, canUpdate: false),
        Enclave(id: "cc", name: "Archive", type: "INTERNAL", canRead: true, canCreate: false, canUpdate: true),
        Enclave(id: "dd", name: "Once", type: "INTERNAL", canRead: true, canCreate: true, canUpdate: false),
        Enclave(id: "ee", name: "Look", type: "INTERNAL", canRead: true, canCreate: false, canUpdate: false),
    ]

    @Test(arguments: [
        ("zz", "there is no enclave zz that this account can see (trustar.enclave_id)"),
        ("bb", "'Open Feed' (bb) is of type OPEN, a feed that only its provider writes"),
        ("cc", "this account lacks the right to create in 'Archive' (cc)"),
        ("dd", "this account lacks the right to update in 'Once' (dd)"),
        ("ee", "this account lacks the right to create and update in 'Look' (ee)"),
    ])
    func `what stands in the way is said, and which enclave could be taken`(id: String, words: String) throws {
        let problem = try #require(EnclaveRights.problem(with: id, in: Self.list))
        #expect(problem.hasPrefix(words))
        #expect(problem.hasSuffix("it may create and update in 'Joe Sandbox' (aa)"))
    }

    @Test func `an enclave that can be written has no problem, whatever the case of its id`() {
        #expect(EnclaveRights.problem(with: "AA", in: Self.list) == nil)
        #expect(EnclaveRights.problem(with: "aa", in: [])?.contains("in none of the 0") == true)
    }

    @Test func `after a 403 the enclaves are asked for, and the fault says what is missing`() async throws {
        let no = "{\"status\":403,\"message\":\"Could not execute operation due to server error\"}"
        let enclaves =
            "[{\"id\":\"cc\",\"name\":\"Arch\\u001bive\",\"type\":\"INTERNAL\",\"read\":true,\"create\":false,\"update\":true}]"
        let client = try TinyTruStar.client(.json(no, status: 403), .json(enclaves))
        let report = OutgoingReport(
            externalID: "x", enclaveID: "cc", title: "t", body: "b", timeBegan: nil, externalURL: nil)
        let refused = try #require(await fault { try await client.create(report) })
        let told = await client.explained(refused, enclave: "cc")
        #expect(told.scope == .stageStops && told.code == .forbidden)
        #expect(told.message.contains("lacks the right to create in 'Arch"))
        #expect(!told.message.contains("\u{1b}"))
    }

    @Test func `what cannot be told is said, and other faults are left alone`() async throws {
        let client = try TinyTruStar.client(.json("{}", status: 500))
        let told = await client.explained(Fault(.forbidden, .stageStops, "no"), enclave: "cc")
        #expect(told.message.hasPrefix("no. Which right is missing cannot be told: "))
        let other = Fault(.serverError, .entryDeferred, "500")
        #expect(await client.explained(other, enclave: "cc") == other)
        let fine = try TinyTruStar.client(
            .json("[{\"id\":\"aa\",\"type\":\"INTERNAL\",\"create\":true,\"update\":true}]"))
        #expect(
            await fine.explained(Fault(.forbidden, .stageStops, "no"), enclave: "aa").message.contains("something else")
        )
    }
}
