// Everything that `doctor` looks at, in the order in which it is told. What is independent is looked at side by side: the
// spool and both services.

import Spool
import SystemPackage

struct Examination: Sendable {
    let file: ConfigurationFile
    let environment: [String: String]
    let isOffline: Bool
    let limits: DoctorLimits
    let now: Now

    func report() async -> DoctorReport {
        let clock = ContinuousClock()
        let begun = clock.now
        let inspection = SettingsLoader.inspect(file, environment: environment)
        var lines = Judgement.configuration(file.path.string, inspection.problems, inspection.warnings)
        let own = FileFacts.of(file.path)
        lines += [Judgement.configurationFile(file.path.string, own, ourselves: Owner.user)].compactMap(\.self)
        if let settings = inspection.settings {
            lines += Judgement.secrets(secrets(settings), ourselves: Owner.user)
            lines += await rest(settings, inspection.unsound)
        } else {
            lines.append(.skip("spool", "without a configuration nobody knows where it is"))
        }
        return DoctorReport(lines: lines, took: clock.now - begun)
    }

    private func secrets(_ settings: Settings) -> [Judgement.SecretFact] {
        let folder = environment["CREDENTIALS_DIRECTORY"].map { FilePath($0) }
        return settings.described().filter { $0.value == .redacted }.map { item in
            guard case .secretFile(let path) = item.origin else {
                return Judgement.SecretFact(key: item.key, from: "\(item.origin)")
            }
            return Judgement.SecretFact(
                key: item.key, from: "\(item.origin)", path: path.string, file: FileFacts.of(path),
                isCredential: folder.map { path.starts(with: $0) } ?? false)
        }
    }

    /// As root this becomes the owner of the spool, as every stage does: what it may read then is what counts.
    private func rest(_ settings: Settings, _ unsound: Set<String>) async -> [Diagnosis] {
        let (spool, trouble) = await open(settings, unsound)
        let parts = await withTaskGroup(of: (Int, [Diagnosis], DateWatch.Reading?).self) { group in
            group.addTask { (0, await local(settings, spool) ?? [trouble].compactMap(\.self), nil) }
            if !isOffline {
                group.addTask {
                    let (lines, reading) = await joe(settings, unsound)
                    return (1, lines, reading)
                }
                group.addTask {
                    let (lines, reading) = await truStar(settings, unsound, spool)
                    return (2, lines, reading)
                }
            }
            var parts: [(Int, [Diagnosis], DateWatch.Reading?)] = []
            for await part in group { parts.append(part) }
            return parts.sorted { $0.0 < $1.0 }
        }
        let lines = parts.flatMap(\.1)
        guard !isOffline else { return lines + [.skip("services", "--offline")] }
        let readings = parts.compactMap { part in
            part.2.map { (service: part.0 == 1 ? ServiceWords.joe.name : ServiceWords.truStar.name, reading: $0) }
        }
        return lines + [Judgement.clock(readings)]
    }

    private func open(_ settings: Settings, _ unsound: Set<String>) async -> (SpoolStore?, Diagnosis?) {
        guard !unsound.contains("spool.path") else { return (nil, .skip("spool", "spool.path is wrong")) }
        let (path, now) = (settings.spool.path, now)
        do {
            return (
                try await BlockingPool.shared.run {
                    try SpoolStore.look(path, program: Version.current, now: now)
                }, nil
            )
        } catch let error as StoreError {
            return (nil, Judgement.spool(error, path: path.string, mayBeMade: settings.spool.create))
        } catch {
            return (nil, .fail("spool", Ending.status(of: error), "\(error)", "run doctor again"))
        }
    }

    private func local(_ settings: Settings, _ spool: SpoolStore?) async -> [Diagnosis]? {
        guard let spool else { return nil }
        let examination = SpoolExamination(settings: settings, spool: spool, now: now)
        do {
            return try await BlockingPool.shared.run { examination.lines() }
        } catch {
            return [.fail("spool", Ending.status(of: error), "\(error)", "run doctor again")]
        }
    }

    // MARK: Services

    /// Whatever of these is wrong, the way to the service is not the one that was meant.
    private static let keysOfTheWay = [
        "base_url", "api_url", "auth_url", "proxy", "proxy_user", "proxy_password", "proxy_password_file", "ca_file",
        "client_certificate", "client_key",
    ]

    private func obstacle(_ section: String, _ stage: Settings.Stage, _ settings: Settings, _ unsound: Set<String>)
        -> Diagnosis?
    {
        guard settings.run.stages.contains(stage) else {
            return .skip(section, "run.stages has no '\(stage.rawValue)'")
        }
        let wrong = Self.keysOfTheWay.map { "\(section).\($0)" }.filter(unsound.contains)
        guard let first = wrong.first else { return nil }
        return .skip(section, "\(first) is wrong")
    }

    private func joe(_ settings: Settings, _ unsound: Set<String>) async -> ([Diagnosis], DateWatch.Reading?) {
        if let obstacle = obstacle("joe", .fetch, settings, unsound) { return ([obstacle], nil) }
        let way = ServiceExamination(
            words: .joe, address: settings.joe.apiURL, connection: settings.joe.connection, limits: limits, now: now)
        return await JoeExamination(settings: settings, program: Version.current, way: way).lines()
    }

    private func truStar(_ settings: Settings, _ unsound: Set<String>, _ spool: SpoolStore?) async
        -> ([Diagnosis], DateWatch.Reading?)
    {
        if let obstacle = obstacle("trustar", .submit, settings, unsound) { return ([obstacle], nil) }
        let trustar = settings.trustar
        func way(_ words: ServiceWords, _ address: WebAddress) -> ServiceExamination {
            ServiceExamination(words: words, address: address, connection: trustar.connection, limits: limits, now: now)
        }
        let (api, auth) = (trustar.apiURL, trustar.authURL)
        let isElsewhere = (api.scheme, api.host) != (auth.scheme, auth.host) || api.port != auth.port
        return await TruStarExamination(
            settings: settings, program: Version.current, way: way(.truStar, api),
            tokens: isElsewhere ? way(.truStarTokens, auth) : nil, spool: spool
        ).lines()
    }
}
