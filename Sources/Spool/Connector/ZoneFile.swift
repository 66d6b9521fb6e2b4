// The sandbox's time zone by name: built in, or read from the machine's tz database.

import SystemPackage

enum ZoneFile {
    static func rules(_ name: String) throws -> TimeZoneRules {
        if let known = TimeZoneRules.named(name) { return known }
        // The name was checked by the configuration: no `..`, no leading slash.
        for folder in ["/usr/share/zoneinfo", "/usr/lib/zoneinfo"] as [FilePath] {
            if let bytes = try WholeFile.read(
                folder.appending(name.split(separator: "/").map(String.init).compactMap { .init($0) }))
            {
                return try TimeZoneRules(tzif: bytes, name: name)
            }
        }
        throw MappingError(
            .badTimeZone,
            "joe.time_zone '\(name)' is not in this machine's tz database; install tzdata, or use a name that is")
    }
}
