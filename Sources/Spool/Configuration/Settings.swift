// The configuration as the program uses it: values that are checked, complete and resolved. Nothing here knows YAML.

package struct Settings: Sendable {
    package var spool: Folder
    package var joe: Joe
    package var mapping: Mapping
    package var trustar: TruStar
    package var transfer: Transfer
    package var retry: Retry
    package var run: Run
    package var log: Log
    package var metrics: Metrics

    /// The file that they come from, as the user named it.
    package let file: String
    private let places: [String: YAMLMark]
    private let descriptions: [SettingDescription]

    init(_ decoder: inout SettingsDecoder) {
        spool = Folder(&decoder)
        joe = Joe(&decoder)
        mapping = Mapping(&decoder)
        trustar = TruStar(&decoder)
        transfer = Transfer(&decoder)
        retry = Retry(&decoder)
        run = Run(&decoder)
        log = Log(&decoder)
        metrics = Metrics(&decoder)
        mapping.warn(&decoder, about: trustar)
        transfer.warn(&decoder, about: run)
        file = decoder.context.file
        places = decoder.layout.marks
        descriptions = decoder.descriptions
    }

    /// All sections and keys, in the order of the reference.
    package static let schema: [SectionFacts] =
        Folder.schema + Joe.schema + Mapping.schema + TruStar.schema + Transfer.schema + Retry.schema + Run.schema
        + Log.schema + Metrics.schema

    /// Every key with the value in force and where it comes from, in the order of the reference; secrets redacted.
    package func described() -> [SettingDescription] {
        let known = Dictionary(descriptions.map { ($0.key, $0) }, uniquingKeysWith: { _, last in last })
        return Self.schema.flatMap(\.keys).compactMap { known[$0.path] }
    }

    /// A problem with the value of a key that only shows when it is used, at the key's place in the file.
    package func problem(_ key: String, _ message: String) -> ConfigurationProblem {
        let parts = key.split(separator: ".")
        let place = (0..<parts.count).lazy.compactMap { places[parts.dropLast($0).joined(separator: ".")] }.first
        return ConfigurationProblem(
            file: file, line: place?.line, column: place?.column, message: "\(SettingsDecoder.named(key)) \(message)")
    }

    /// What these stages need and the configuration does not give.
    package func missing(for stages: [Stage]) -> [ConfigurationProblem] {
        missing(for: stages) { _ in false }
    }

    func missing(for stages: [Stage], except isKnown: (String) -> Bool) -> [ConfigurationProblem] {
        var problems: [ConfigurationProblem] = []
        func require(_ isGiven: Bool, _ key: String, _ stage: Stage, secret: Bool = true) {
            guard !isGiven, stages.contains(stage), !isKnown(key) else { return }
            let ways =
                secret ? "; give it, '\(key.split(separator: ".").last ?? "")_file', or the credential '\(key)'" : ""
            problems.append(problem(key, "is missing, but the stage '\(stage.rawValue)' needs it\(ways)"))
        }
        require(joe.apiKey != nil, "joe.api_key", .fetch)
        require(trustar.apiKey != nil, "trustar.api_key", .submit)
        require(trustar.apiSecret != nil, "trustar.api_secret", .submit)
        require(trustar.enclaveID != nil, "trustar.enclave_id", .submit, secret: false)
        require(transfer.outgoing != nil, "transfer.outgoing", .export, secret: false)
        require(transfer.incoming != nil, "transfer.incoming", .import, secret: false)
        return problems
    }
}
