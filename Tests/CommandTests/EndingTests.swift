import Spool
import SystemPackage
import Testing

@testable import SpoolCommands

struct EndingTests {
    @Test(arguments: [
        (StoreError.Code.notASpool, EndStatus.missing), (.format, .badData), (.network, .configuration),
        (.exists, .cannotCreate),
        (.missing, .missing), (.locked, .tryAgain), (.damaged, .badData), (.refused, .refused),
        (.file(FileError(.open, "x", .noSuchFileOrDirectory)), .missing),
        (.file(FileError(.open, "x", .permissionDenied)), .refused),
        (.file(FileError(.rename, "x", .notPermitted)), .refused),
        (.file(FileError(.write, "x", .noSpace)), .io), (.file(FileError(.fsync, "x", .ioError)), .io),
        (.file(FileError(.mkdir, "x", .notDirectory)), .cannotCreate),
        (.file(FileError(.mkdir, "x", .fileExists)), .cannotCreate),
        (.file(FileError(.flock, "x", .resourceTemporarilyUnavailable)), .tryAgain),
    ])
    func `the store's errors have their numbers`(code: StoreError.Code, status: EndStatus) {
        #expect(Ending(StoreError(code, "what, and why")).status == status)
        #expect(Ending(StoreError(code, "what, and why")).lines == ["spoolctl: what, and why"])
    }

    @Test(
        arguments: zip(
            [
                Fault.Code.unauthorized, .forbidden, .licence, .quota, .rateLimited, .cancelled, .notFound, .rejected,
                .tooLarge, .conflict, .encrypted, .local,
            ],
            [
                EndStatus.refused, .refused, .refused, .tryAgain, .tryAgain, .tryAgain, .missing, .badData, .badData,
                .badData, .badData, .io,
            ]))
    func `the other side's faults have their numbers`(code: Fault.Code, status: EndStatus) {
        #expect(Ending(Fault(code, .entryFailed, "said no")).status == status)
    }

    @Test(arguments: [
        Fault.Code.dns, .connect, .tls, .proxy, .timedOutBeforeSending, .timedOut, .connectionLost, .maintenance,
        .unavailable,
        .serverError, .truncated, .notJSON, .htmlAnswer, .malformed, .redirect,
    ])
    func `what cannot be reached or answers nonsense is unavailable`(code: Fault.Code) {
        #expect(Ending(Fault(code, .stageWaits, "no answer")).status == .unavailable)
    }

    @Test func `each problem of a configuration is a line as compilers write it`() {
        let problems = [
            ConfigurationProblem(file: "c.yaml", line: 3, column: 1, message: "second"),
            ConfigurationProblem(file: "c.yaml", line: 1, column: 5, message: "first"),
        ]
        let ending = Ending(ConfigurationError(problems))
        #expect(ending.status == .configuration)
        #expect(ending.lines == ["c.yaml:1:5: first", "c.yaml:3:1: second"])
    }

    @Test func `a reader that is gone is no error`() {
        #expect(Ending(ReaderGone()) == Ending(.success, []))
    }

    @Test func `an error that nobody foresaw is ours`() {
        struct Strange: Error {}
        let ending = Ending(Strange())
        #expect(ending.status == .bug)
        #expect(ending.lines.count == 1)
        #expect(ending.lines[0].contains("please report it"))
    }

    @Test func `an error's text cannot break out of its lines`() {
        let ending = Ending(CommandFailure(.badData, "\u{1B}[2Jx\r\u{202E}"))
        #expect(ending.lines == [#"spoolctl: \u{1B}[2Jx\r\u{202E}"#])
    }

    @Test func `the numbers are those of the documentation`() {
        #expect(EndStatus.allCases.map(\.rawValue) == [0, 1, 64, 65, 66, 69, 70, 73, 74, 75, 77, 78])
    }

    @Test func `several objects, one number`() throws {
        let talk = OutputStream(style: .plain) { _ in }
        func end(_ statuses: [EndStatus?]) throws {
            var tally = Tally(talk)
            for status in statuses { try tally.attempt { if let status { throw status } } }
            try tally.end()
        }
        try end([nil, nil])
        #expect(throws: EndStatus.missing) { try end([.missing]) }
        #expect(throws: EndStatus.missing) { try end([.missing, .missing]) }
        #expect(throws: EndStatus.partial) { try end([.missing, nil]) }
        #expect(throws: EndStatus.partial) { try end([.missing, .refused]) }
    }
}
