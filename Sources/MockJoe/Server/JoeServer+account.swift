// `server/*` and `account/info`: small calls, small answers.

import MockKit

extension JoeServer {
    /// The machines of the samples, and a few more names that clients use.
    static let systems: [System] =
        Vocabulary.systems + [
            System(name: "w7", description: "Windows 7 SP1 (<b>Office 2010</b>)", arch: "WINDOWS"),
            System(name: "w7x64", description: "Windows 7 x64 SP1", arch: "WINDOWS"),
            System(name: "w10x64", description: "Windows 10 64 bit", arch: "WINDOWS"),
            System(name: "mac-mojave", description: "macOS Mojave 10.14 (Office 2016)", arch: "MAC"),
            System(name: "android9", description: "Android 9.0 (Pie)", arch: "ANDROID"),
        ]

    func serverOnline(_ call: Call) throws -> MockResponse {
        JoeServer.data(["online": .bool(!options.maintenance)])
    }

    func serverInfo(_ call: Call) throws -> MockResponse {
        let state = state
        var queue = state.submitted.count { item in
            state.deleted[String(item.webid)] == nil
                && options.timings.phase(begun: item.begun, at: call.time) < .finished
        }
        if let catalogue = library.catalogue {
            for index in max(0, catalogue.count - catalogue.odd.unfinished)..<catalogue.count
            where library.entry(at: index, state, time: call.time).phase < .finished { queue += 1 }
        }
        return JoeServer.data(["queuesize": .integer(queue)])
    }

    func serverSystems(_ call: Call) throws -> MockResponse {
        JoeServer.data(
            .array(
                JoeServer.systems.map { system in
                    [
                        "name": .string(system.name), "description": .string(system.description),
                        "arch": .string(system.arch), "count": 8,
                    ]
                }))
    }

    func serverCountries(_ call: Call) throws -> MockResponse {
        let names = [
            "Argentina", "Australia", "Brazil", "France", "Germany", "Japan", "Netherlands", "Switzerland",
            "United Kingdom", "United States",
        ]
        return JoeServer.data(.array(names.map { ["name": .string($0)] }))
    }

    func serverLocales(_ call: Call) throws -> MockResponse {
        let names = [
            "English - United States", "English - United Kingdom", "French - France", "German - Germany",
            "German - Switzerland", "Japanese - Japan",
        ]
        return JoeServer.data(.array(names.map { ["name": .string($0)] }))
    }

    func accountInfo(_ call: Call) throws -> MockResponse {
        var quota = state.quota
        quota.turn(to: call.time)
        return JoeServer.data([
            "type": .string(options.product == "CloudBasic" ? "desktop" : "ultimate"),
            "quota": [
                "daily": JoeServer.quota(quota.today, of: options.dailyQuota),
                "monthly": JoeServer.quota(quota.thisMonth, of: options.monthlyQuota),
            ],
        ])
    }

    private static func quota(_ current: Int, of limit: Int) -> JSONValue {
        ["current": .integer(current), "limit": .integer(limit), "remaining": .integer(max(0, limit - current))]
    }
}
