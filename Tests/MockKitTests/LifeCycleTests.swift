// A mock as a service among others, and the page that documents its faults.

import FoundationEssentials
import Logging
import MockKit
import ServiceLifecycle
import Testing

@Suite struct LifeCycleTests {
    @Test(.timeLimit(.minutes(10)))
    func `a graceful shutdown ends a mock at once, though a client hangs on it`() async throws {
        var options = MockServerOptions()
        options.faults = try FaultPlan([["fault": "hang"]])
        let server = try MockServer(ToyMock(), options: options)
        let group = ServiceGroup(
            configuration: .init(services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let hung = try await withThrowingTaskGroup(of: Wire.Answer?.self) { tasks in
            tasks.addTask {
                try await group.run()
                return nil
            }
            let wire = Wire(try await server.url)
            tasks.addTask { try await wire.get("/time", timeout: 30) }
            while server.journal.entries.isEmpty { await Task.yield() }
            await group.triggerGracefulShutdown()
            var answers: [Wire.Answer] = []
            for try await answer in tasks { answers += answer.map { [$0] } ?? [] }
            return answers
        }
        #expect(hung.first?.text.isEmpty == true)
        #expect(hung.first.map { $0.seconds < 10 } == true)
    }

    @Test func `the page about the mocks lists every fault with its parameters`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = String(decoding: try Data(contentsOf: root.appending(path: "docs/MOCKS.md")), as: UTF8.self)
        let rows = page.split(separator: "\n").filter { $0.hasPrefix("| `") }
        for fault in FaultName.allCases {
            let row = rows.first { $0.hasPrefix("| `\(fault.rawValue)` |") }
            #expect(row != nil, "\(fault.rawValue) has no row")
            for parameter in fault.parameters {
                #expect(row?.contains("`\(parameter.name)`") == true, "\(fault.rawValue): \(parameter.name)")
            }
        }
    }
}
