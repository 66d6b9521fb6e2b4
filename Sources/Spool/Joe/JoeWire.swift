// The answers of Joe Sandbox that are looked into. Read leniently: numbers may be strings and strings numbers, what is
// null may be missing, and what is unknown is skipped; only what cannot be understood at all is an error.

/// `{"data": …}`.
struct JoeData<Value: Decodable>: Decodable {
    var data: Value?
}

/// A page of `analysis/list`. The last one has no `next`, often not even `pagination`.
struct JoeList: Decodable {
    struct Item: Decodable {
        var webid: String?

        enum Key: String, CodingKey {
            case webid
        }

        init(from decoder: any Decoder) throws {
            // An item of another kind has no webid; the others still count.
            guard let container = try? decoder.container(keyedBy: Key.self) else { return }
            webid = try container.lenientString(.webid).flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private struct Pagination: Decodable {
        var next: String?

        enum Key: String, CodingKey {
            case next
        }

        init(from decoder: any Decoder) throws {
            next = try decoder.container(keyedBy: Key.self).lenientString(.next)
        }
    }

    var items: [Item]
    var next: String?

    enum Key: String, CodingKey {
        case data, pagination
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        guard container.contains(.data) else { throw WireJSON.Mismatch("no data") }
        items = try container.decodeIfPresent([Item].self, forKey: .data) ?? []
        next = try container.decodeIfPresent(Pagination.self, forKey: .pagination)?.next
    }
}

/// The data of `analysis/info`.
struct JoeInfo: Decodable {
    struct Run: Decodable {
        var run = AnalysisInfo.Run()

        enum Key: String, CodingKey {
            case detection, error, system, score
        }

        init(from decoder: any Decoder) throws {
            // The place in the list is the run's number: what cannot be read keeps its place.
            guard let container = try? decoder.container(keyedBy: Key.self) else { return }
            run.detection = try container.lenientString(.detection)
            run.error = try container.lenientString(.error)
            run.system = try container.lenientString(.system)
            run.score = try container.lenientInt(.score)
        }
    }

    var webid: String?
    private var info: AnalysisInfo

    enum Key: String, CodingKey {
        case webid, analysisid, status, time, filename, tags, encrypted, detection, score, runs
        case type = "analysis_type"
        case originalFilename = "original_filename"
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        webid = try container.lenientString(.webid)
        guard let status = try container.lenientString(.status) else { throw WireJSON.Mismatch("no status") }
        info = AnalysisInfo(
            webid: webid ?? "", analysisid: try container.lenientString(.analysisid), status: status,
            time: try container.lenientString(.time), filename: try container.lenientString(.filename),
            originalFilename: try container.lenientString(.originalFilename).flatMap { $0.isEmpty ? nil : $0 },
            tags: try container.lenientStrings(.tags), encrypted: try container.lenientBool(.encrypted) ?? false,
            detection: try container.lenientString(.detection), score: try container.lenientInt(.score),
            type: try container.lenientString(.type)
        )
        if container.contains(.runs), !(try container.decodeNil(forKey: .runs)) {
            // The oldest servers send one run as an object.
            let runs =
                try (try? container.decode([Run].self, forKey: .runs)) ?? [container.decode(Run.self, forKey: .runs)]
            info.runs = runs.map(\.run)
        }
    }

    func analysis(_ webid: String) -> AnalysisInfo {
        var info = info
        info.webid = webid
        return info
    }
}

struct JoeOnline: Decodable {
    var online: Bool

    enum Key: String, CodingKey {
        case online
    }

    init(from decoder: any Decoder) throws {
        guard let online = try decoder.container(keyedBy: Key.self).lenientBool(.online) else {
            throw WireJSON.Mismatch("it does not say whether it is online")
        }
        self.online = online
    }
}

struct JoeServer: Decodable {
    var queue: Int?

    enum Key: String, CodingKey {
        case queuesize
    }

    init(from decoder: any Decoder) throws {
        queue = try decoder.container(keyedBy: Key.self).lenientInt(.queuesize)
    }
}

/// What an API key's account may do.
package struct JoeAccount: Sendable, Equatable, Decodable {
    /// Submissions, the only thing that Joe Sandbox counts.
    package struct Quota: Sendable, Equatable, Decodable {
        package var current: Int?
        package var limit: Int?
        package var remaining: Int?

        enum Key: String, CodingKey {
            case current, limit, remaining
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            current = try container.lenientInt(.current)
            limit = try container.lenientInt(.limit)
            remaining = try container.lenientInt(.remaining)
        }
    }

    /// The kind of licence, e.g. `desktop` or `ultimate`.
    package var type: String?
    package var daily: Quota?
    package var monthly: Quota?

    enum Key: String, CodingKey {
        case type, quota
    }

    enum QuotaKey: String, CodingKey {
        case daily, monthly
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        type = try container.lenientString(.type)
        // An account without quotas may have null or nothing in their place.
        guard let quota = try? container.nestedContainer(keyedBy: QuotaKey.self, forKey: .quota) else { return }
        daily = try quota.decodeIfPresent(Quota.self, forKey: .daily)
        monthly = try quota.decodeIfPresent(Quota.self, forKey: .monthly)
    }
}
