// `spoolctl transfer`: how far the two sides of an air gap are, and the receipts that go back.

import ArgumentParser
import Spool

struct Transfer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transfer",
        abstract: "See what was sent and what arrived; write and accept receipts.",
        subcommands: [Standing.self, Writing.self, Accepting.self])
}

extension Transfer {
    struct Standing: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "Show what was sent, what arrived, and which numbers are missing; exit 1 if something is.",
            discussion: """
                A gap is a report, never a refusal: bundles may arrive in any order. Numbers that the sender gave up are \
                no gap. What is missing is repeated by 'spoolctl export --again NUMBER' on the other side.
                """)

        @OptionGroup var spool: SpoolOptions
        @OptionGroup var output: OutputOptions

        func run() throws {
            let (spool, _) = try spool.open()
            let standing = try TransferStanding(spool, Surroundings.current.now())
            let out = Surroundings.current.out
            for line in output.isJSON ? standing.json.map(\.text) : standing.lines(out.style) { try out.line(line) }
            if standing.isIncomplete { throw EndStatus.partial }
        }
    }

    struct Writing: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "receipt",
            abstract:
                "Write a receipt for what has arrived, as a small text for 'spoolctl transfer accept' on the other side.",
            discussion: """
                It names each bundle that was imported whole by number and digest, and the numbers that are missing. \
                Signed if transfer.signing_key is given. It may be written again at any time, and accepted twice.
                """)

        @Argument(
            help: ArgumentHelp(
                "Of which stream: <spool>/<name>, the beginning of the spool's id, or the name; needed if there are several.",
                valueName: "stream"))
        var stream: String?

        @Option(
            name: [.customShort("o"), .customLong("output")],
            help: ArgumentHelp("Into this file instead of standard output.", valueName: "file"), completion: .file())
        var file: String?

        @Option(
            name: .customLong("from"),
            help: ArgumentHelp("From this number on, instead of the newest 500 bundles.", valueName: "number"))
        var first: Int?

        @OptionGroup var settings: SettingsOptions

        private static let most = 500

        func validate() throws {
            if let first, first < 1 { throw ValidationError("numbers begin with 1") }
        }

        func run() async throws {
            let settings = try settings.load(.withoutSecrets)
            let surroundings = Surroundings.current
            let spool = try Connector.openSpool(settings, program: Version.current, now: surroundings.now)
            let status = try StreamChoice.find(stream, in: spool)
            let receipt = Receipt(status, from: first, limit: Self.most, by: spool)
            guard !receipt.bundles.isEmpty else {
                throw CommandFailure(.missing, "no bundle of \(status.stream) has arrived from that number on")
            }
            var text = receipt.encoded()
            let sign = TransferSetup.receiptSigner(settings, agent: surroundings.environment["SSH_AUTH_SOCK"])
            if let sign { text += try await sign(text) }
            let amount = Amounts.count(receipt.bundles.count, "bundle", "bundles")
            if let file {
                try WholeFile.replace(Paths.absolute(file), with: text, synced: true)
            } else {
                try surroundings.out.write(text)
                try surroundings.out.flush()
            }
            try Talk.say(
                "receipt for \(amount) of \(status.stream)\(sign == nil ? ", not signed" : ", signed")"
                    + (receipt.missing.isEmpty ? "" : "; missing: \(status.missing)"), unless: self.settings.quiet)
        }
    }

    struct Accepting: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "accept",
            abstract: "Accept a receipt: what it names moves from 'exported' to 'done'.",
            discussion: """
                Signature (required if transfer.allowed_signers is given), stream, numbers and digests are checked first; \
                nothing moves if one of them is wrong (65). Words around the receipt, as in a mail, do not matter.
                """)

        @Argument(help: ArgumentHelp("Files with a receipt each; '-' reads standard input.", valueName: "file"))
        var files: [String]

        @OptionGroup var settings: SettingsOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("'-' may be given once") }
        }

        func run() async throws {
            let settings = try settings.load(.withoutSecrets)
            let surroundings = Surroundings.current
            let spool = try Connector.openSpool(settings, program: Version.current, now: surroundings.now)
            let desk = ReceiptDesk(spool, signatures: try TransferSetup.signatures(settings))
            var tally = Tally(surroundings.talk)
            for file in files {
                var result: Result<AcceptedReceipt, any Error>
                do {
                    result = .success(try await desk.accept(try Self.read(file)))
                } catch let error as TransferError {
                    let name = file == "-" ? "standard input" : file
                    result = .failure(TransferError(error.code, "\(name): \(error.message)"))
                } catch {
                    result = .failure(error)
                }
                try tally.attempt {
                    try ReceiptShowing(accepted: result.get()).show(isJSON: output.isJSON, surroundings)
                }
            }
            try tally.end()
        }

        private static func read(_ file: String) throws -> [UInt8] {
            if file == "-" { return try Surroundings.current.input() }
            guard let bytes = try WholeFile.read(Paths.absolute(file), limit: Receipt.longest) else {
                throw CommandFailure(.missing, "\(file): no such file")
            }
            return bytes
        }
    }
}

/// The stream that is meant.
private enum StreamChoice {
    static func find(_ name: String?, in spool: SpoolStore) throws -> ArrivedStatus {
        let all = try spool.arrivedStatus()
        let found = all.filter { status in
            guard let name else { return true }
            let stream = status.stream
            return stream.description == name || stream.destination == name || stream.spool.hasPrefix(name)
        }
        guard let first = found.first else {
            throw CommandFailure(
                .missing,
                name.map { "no bundle of a stream '\($0)' has arrived here" } ?? "no bundle has arrived here yet")
        }
        guard found.count == 1 else {
            let names = found.map { $0.stream.description }.joined(separator: ", ")
            throw CommandFailure(.usage, "which stream? there are \(names)")
        }
        return first
    }
}
