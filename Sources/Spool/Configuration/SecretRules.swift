// Where a secret may stand and where it may go. On this machine (the mocks, a tunnel) anything is allowed; elsewhere
// a secret is not written into a file that others can read, and never travels over plain http.

extension SettingsDecoder {
    /// Both rules; each service is given with the key that names it.
    mutating func checkUse(of found: FoundSecret, _ key: SecretKey, at services: [(key: String, address: WebAddress)]) {
        checkLiteral(found, key, for: services.map(\.address))
        for service in services where service.address.isPlain && !service.address.isLoopback && isSound(service.key) {
            let name = Self.named(key.value.path)
            report("\(name) would go to \(service.address.host) over plain http; use https", at: mark(of: service.key))
        }
    }

    mutating func checkLiteral(_ found: FoundSecret, _ key: SecretKey, for services: [WebAddress]) {
        guard let mark = found.literal, let mode = context.mode, mode & 0o077 != 0 else { return }
        guard let service = services.first(where: { !$0.isLoopback }) else { return }
        let name = Self.named(key.value.path)
        report(
            "\(name) for \(service.host) stands in a file that others can read (mode \(String(mode, radix: 8))); "
                + "write ${NAME}, use '\(key.file.name)', or run chmod 600 on the file", at: mark)
    }
}
