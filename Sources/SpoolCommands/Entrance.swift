// From arguments to an exit status. Everything that a run says or returns passes through here.

import ArgumentParser
import Glibc
import Spool

public enum Entrance {
    /// The program: reads the process's arguments, and ends it.
    public static func main() async -> Never {
        // A reader that goes away shows as an error of the write, which is then no error: `spoolctl list | head`.
        signal(SIGPIPE, SIG_IGN)
        Memory.spare()
        OpenFileLimit.prepare()
        Owner.keepPrivate()
        let status = await run(Array(CommandLine.arguments.dropFirst()), in: .process)
        exit(status.rawValue)
    }

    /// One command, from its arguments to its exit status.
    package static func run(_ arguments: [String], in surroundings: Surroundings) async -> EndStatus {
        await Surroundings.$current.withValue(surroundings) {
            let ending = await ending(arguments, surroundings)
            do {
                for line in ending.lines { try surroundings.talk.line(line) }
                try surroundings.out.flush()
                try surroundings.talk.flush()
                return ending.status
            } catch is ReaderGone {
                return ending.status
            } catch {
                // Output that cannot be written is a failure; the status is all that is left to say it with.
                return ending.status == .success ? .io : ending.status
            }
        }
    }

    private static func ending(_ arguments: [String], _ surroundings: Surroundings) async -> Ending {
        do {
            var command: any ParsableCommand
            do {
                command = try Spoolctl.parseAsRoot(LeadingOptions.moved(arguments))
            } catch {
                return try parsingEnded(error, surroundings)
            }
            do {
                if var asynchronous = command as? any AsyncParsableCommand {
                    try await asynchronous.run()
                } else {
                    try command.run()
                }
            } catch  where Spoolctl.exitCode(for: error) != .failure {
                // Help that was asked for comes as a command whose run throws the text; our own errors are failures here.
                return try parsingEnded(error, surroundings)
            }
            try surroundings.out.flush()
            return Ending(.success, [])
        } catch {
            // What was said before the error still counts.
            do { try surroundings.out.flush() } catch { return Ending(error) }
            return Ending(error)
        }
    }

    /// Help and version are data; anything else is a wrong use.
    private static func parsingEnded(_ error: any Error, _ surroundings: Surroundings) throws -> Ending {
        let text = Spoolctl.fullMessage(for: error, columns: surroundings.out.style.width ?? 80)
        guard Spoolctl.exitCode(for: error) != .success else {
            try surroundings.out.line(text)
            try surroundings.out.flush()
            return Ending(.success, [])
        }
        return Ending(
            .usage, Visible.lines(text).split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }
}

/// `spoolctl --config FILE status` means `spoolctl status --config FILE`.
enum LeadingOptions {
    static func moved(_ arguments: [String]) -> [String] {
        var rest = arguments[...]
        var leading: [String] = []
        while let first = rest.first {
            if ["--config", "--spool"].contains(first), rest.count >= 2 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else if first.hasPrefix("--config=") || first.hasPrefix("--spool=") || ["-q", "--quiet"].contains(first) {
                leading.append(first)
                rest = rest.dropFirst()
            } else {
                break
            }
        }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + leading + Array(rest[end...])
    }
}
