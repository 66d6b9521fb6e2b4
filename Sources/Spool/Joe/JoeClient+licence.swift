// Which report type this key may fetch. Joe Sandbox's code 7 does not say (JSON and XML need another licence than the rest),
// so that the other types are asked for as well, and let go as soon as one of them is on its way: only submissions are
// metered, downloads are not.

extension JoeClient {
    /// The types that `map` can read, those with the most in them first.
    package static let reportTypes = ["jsonfixed", "json", "lightjsonfixed", "lightjson"]

    /// Which of the report types this key may fetch of an analysis.
    package func fetchableTypes(of webid: String, run: Int?, besides refused: String? = nil) async throws(Fault)
        -> [String]
    {
        var types: [String] = []
        for type in Self.reportTypes where type != refused {
            do throws(Fault) {
                // The body is not read: letting go of the answer ends the transfer.
                _ = try await start(downloadRequest(webid, type, run), for: downloadCall(webid, type))
                types.append(type)
            } catch  where error.code == .licence || error.scope == .entryFailed {
                continue
            }
        }
        return types
    }

    /// A licence's refusal, with what can be fetched instead.
    func explained(_ fault: Fault, _ webid: String, _ run: Int?, instead type: String) async -> Fault {
        var fault = fault
        do throws(Fault) {
            let types = try await fetchableTypes(of: webid, run: run, besides: type)
            fault.message +=
                types.isEmpty
                ? "; it may fetch none of \(Self.reportTypes.joined(separator: ", ")) of this analysis, and joe.report_type"
                    + " has to be one of them: JSON is part of Joe Sandbox Cloud Pro"
                : "; of this analysis it may fetch \(types.joined(separator: ", ")): set joe.report_type to one of them"
        } catch {
            fault.message +=
                "; which of \(Self.reportTypes.joined(separator: ", ")) it may fetch cannot be told: \(error.message)"
        }
        return fault
    }
}
