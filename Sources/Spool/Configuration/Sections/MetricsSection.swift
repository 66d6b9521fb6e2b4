// `metrics:` numbers for Prometheus, as a file, over loopback, or both.

package import SystemPackage

extension Settings {
    package struct Metrics: Sendable, Equatable {
        /// For node_exporter's textfile collector; absolute. nil: none is written.
        package var textfile: FilePath?
        /// Where `GET /metrics` is answered; nil: nowhere.
        package var listen: ListenAddress?
        /// The longest time between two writings of the file.
        package var interval: Duration

        /// Whether anybody is given numbers.
        package var isWanted: Bool { textfile != nil || listen != nil }
    }
}

extension Settings.Metrics {
    enum Keys {
        static let textfile = SettingKey(
            optional: "metrics.textfile", .path,
            "File that is replaced after each pass, for node_exporter's textfile collector; its name ends in `.prom`.")
        static let listen = SettingKey(
            optional: "metrics.listen", .listenAddress,
            "Where long-running stages answer `GET /metrics`, such as `127.0.0.1:9469`.")
        static let listenRemote = SettingKey(
            "metrics.listen_remote", .boolean, standard: "false",
            "Allow an address in `listen` that other machines can reach. There is no password and no TLS.")
        static let interval = SettingKey(
            "metrics.interval", .duration(.seconds(1)...(.seconds(3600))), standard: "15s",
            "The longest time between two writings of the file.")
    }

    static let schema = [
        SectionFacts(
            path: "metrics", summary: "Numbers for Prometheus (docs/METRICS.md).",
            keys: [Keys.textfile.facts, Keys.listen.facts, Keys.listenRemote.facts, Keys.interval.facts])
    ]

    init(_ decoder: inout SettingsDecoder) {
        textfile = decoder.path(Keys.textfile)
        listen = decoder.value(Keys.listen)
        interval = decoder.value(Keys.interval)
        let isRemote = decoder.value(Keys.listenRemote)
        if let textfile, textfile.lastComponent?.string.hasSuffix(".prom") != true {
            decoder.reject(
                Keys.textfile.facts, nil, "must end in .prom, or the collector passes it over",
                at: decoder.mark(of: "metrics.textfile"))
        }
        if let listen, !listen.isLoopback, !isRemote {
            decoder.reject(
                Keys.listen.facts, listen.text,
                "can be reached by other machines; if that is meant, set listen_remote: true",
                at: decoder.mark(of: "metrics.listen"))
        }
    }
}
