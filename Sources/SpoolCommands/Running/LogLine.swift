// The log: on standard error, a line per event, as text for people or as JSON for collectors. A message is a constant;
// what changes is in the metadata.

import Logging
import Spool

/// Writes log events in the configured form.
struct LogLine: LogHandler {
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]
    private let isJSON: Bool
    private let talk: OutputStream
    private let now: Now

    init(_ settings: Settings.Log, _ surroundings: Surroundings, isQuiet: Bool) {
        let level = Logger.Level(rawValue: settings.level.rawValue) ?? .info
        logLevel = isQuiet ? max(level, .error) : level
        isJSON = settings.format == .json
        talk = surroundings.talk
        now = surroundings.now
    }

    /// The program's logger; a quiet one says nothing but errors.
    static func logger(_ settings: Settings.Log, isQuiet: Bool = false) -> Logger {
        let surroundings = Surroundings.current
        return Logger(label: "spoolctl") { _ in LogLine(settings, surroundings, isQuiet: isQuiet) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        let line = isJSON ? json(event, all) : text(event, all)
        // Nobody reads standard error any more: there is no other place to say so.
        try? talk.line(line)
        try? talk.flush()
    }

    private func json(_ event: LogEvent, _ metadata: [(key: String, value: Logger.MetadataValue)]) -> String {
        var members: [JSONText.Member] = [
            .init("time", now().rfc3339), .init("level", event.level.rawValue), .init("message", "\(event.message)"),
        ]
        members += metadata.map { .init($0.key, "\($0.value)") }
        return JSONText.object(members).text
    }

    private func text(_ event: LogEvent, _ metadata: [(key: String, value: Logger.MetadataValue)]) -> String {
        let fields = metadata.map { key, value in
            let text = "\(value)"
            guard text.isEmpty || text.contains(where: { $0 == " " || $0 == "\"" }) else { return "\(key)=\(text)" }
            let quoted = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            return "\(key)=\"\(quoted)\""
        }
        let parts = [now().rfc3339, event.level.rawValue, "\(event.message)"] + fields
        return Visible(parts.joined(separator: " ")).description
    }
}
