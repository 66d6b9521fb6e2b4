// One request from its arrival to the last byte of its answer: number, body, route and key; the plan's verdict; the
// application, before or behind the fault; the journal, which is complete before the first byte leaves, so that a
// client that has its answer finds it there.

import HTTPTypes
import HummingbirdCore
import NIOCore

extension MockServer {
    @concurrent
    func respond(to request: Request, writer: consuming ResponseWriter, channel: any Channel) async throws {
        if request.headers[.expect]?.lowercased() == "100-continue" {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
        }
        connections.add(channel)
        let connection = RawConnection(channel: channel)
        let target = request.head.path ?? "/"
        let path = String(target.prefix { $0 != "?" })
        let isAdmin = options.admin && path.hasPrefix(Self.adminPrefix)
        let limit = isAdmin ? max(mock.bodyLimit, 1 << 28) : mock.bodyLimit
        var body: ByteBuffer?
        do {
            body = try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            body = nil
        }
        var mockRequest = MockRequest(
            number: isAdmin ? 0 : journal.number(), method: request.method.rawValue, path: path,
            query: QueryItems(target.dropFirst(path.count + 1)), headers: request.headers,
            body: body ?? ByteBuffer(), time: clock.now)
        if let response = administer(mockRequest, from: channel.remoteAddress) {
            return try await send(response, bytesPerSecond: nil, time: clock.now, to: writer)
        }
        let (match, pathIsKnown) = routes.match(method: mockRequest.method, path: path)
        mockRequest.route = match?.route.label
        mockRequest.parameters = match?.parameters ?? [:]
        let (outcome, verdict) = await outcome(
            of: &mockRequest, route: match?.route, isTooLarge: body == nil, pathIsKnown: pathIsKnown)
        if body == nil {
            // The rest of the body is still on its way; nobody can read an answer behind it on this connection.
            try? await send(outcome, verdict, mockRequest, connection, writer)
            await connection.close()
            throw BodyCut()
        }
        try await send(outcome, verdict, mockRequest, connection, writer)
    }

    @concurrent
    private func outcome(
        of request: inout MockRequest, route: MockRoute?, isTooLarge: Bool, pathIsKnown: Bool
    ) async -> (Outcome, Verdict) {
        underWay.begin()
        defer { underWay.end() }
        let key = mock.key(of: request)
        let principal = mock.principal(of: request)
        let verdict = faults.verdict(
            route: request.route, method: request.method, path: request.path, key: key, time: request.time)
        journal.append(
            JournalEntry(
                number: request.number, time: request.time, method: request.method, path: request.path,
                query: request.query.masked(mock.secretFields), bytes: request.body.readableBytes,
                route: request.route, key: key, status: nil, faults: verdict.names, effect: nil, waitTime: nil))
        waits.arrived(request.number, principal: principal, at: request.time)
        if verdict.latency > 0 {
            // Cancelled means that the server stops; the answer does not matter then.
            try? await Task.sleep(for: .milliseconds(verdict.latency))
        }
        request.time = min(max(request.time + verdict.skew * 1000, 0), 100_000_000_000_000)
        let outcome: Outcome
        if let fault = verdict.main, fault.name.stage == .before {
            outcome = Outcome(before: fault, request: request, mock: mock)
        } else {
            if let fault = verdict.main, fault.name.stage == .delegated { request.fault = fault }
            let response = await processed(request, route, isTooLarge: isTooLarge, pathIsKnown: pathIsKnown)
            if let fault = verdict.main, fault.name.stage == .after {
                outcome = await Outcome(after: fault, response: response)
            } else {
                outcome = .answer(response)
            }
        }
        record(outcome, of: request, principal: principal)
        return (outcome, verdict)
    }

    @concurrent
    private func processed(
        _ request: MockRequest, _ route: MockRoute?, isTooLarge: Bool, pathIsKnown: Bool
    ) async -> MockResponse {
        var response: MockResponse
        do {
            if isTooLarge { throw RefusalError(.tooLarge) }
            guard let route else { throw RefusalError(pathIsKnown ? .wrongMethod : .unknownRoute) }
            response = try await route.handler(request)
        } catch let error as RefusalError {
            response = mock.refusal(error.refusal, to: request)
        } catch {
            response = mock.refusal(.status(500, message: "\(error)"), to: request)
        }
        mock.decorate(&response, for: request)
        return response
    }

    private func record(_ outcome: Outcome, of request: MockRequest, principal: String) {
        let response = outcome.response
        if let wait = response?.waitTime, outcome.status == 429 {
            waits.refused(request.number, principal: principal, at: clock.now, wait: wait, last: journal.last)
        }
        journal.update(request.number) { entry in
            entry.status = outcome.status
            entry.effect = outcome.effect
            entry.waitTime = response?.waitTime
        }
    }
}
