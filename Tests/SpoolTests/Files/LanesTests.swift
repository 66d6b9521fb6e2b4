import Dispatch
import Synchronization
import Testing

@testable import Spool

/// Many things at a time, and no difference to be seen.
@Suite struct LanesTests {
    private struct Refusal: Error, Equatable { let number: Int }

    @Test(arguments: [0, 1, 2, 1000]) func `each is done once, and the results come in order`(count: Int) {
        let times = Mutex([Int](repeating: 0, count: count))
        let results = Lanes.map(count) { number in
            times.withLock { $0[number] += 1 }
            return number * 3
        }
        #expect(results == (0..<count).map { $0 * 3 })
        #expect(times.withLock { $0 }.allSatisfy { $0 == 1 })
    }

    /// Each waits for the other: alone, neither comes to its end.
    @Test(.enabled(if: Lanes.count > 1, "one core only")) func `several are done at a time`() {
        let (first, second) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let met = Lanes.map(2) { number in
            let (mine, other) = number == 0 ? (first, second) : (second, first)
            mine.signal()
            return other.wait(timeout: .now() + 20) == .success
        }
        #expect(met == [true, true])
    }

    @Test(arguments: [(1, 1), (8, 64)]) func `with one lane, or with few, one after the other`(lanes: Int, least: Int) {
        let order = Mutex<[Int]>([])
        _ = Lanes.map(50, lanes: lanes, least: least, state: {}) { _, number in order.withLock { $0.append(number) } }
        #expect(order.withLock { $0 } == Array(0..<50))
    }

    @Test func `a lane's state stays with it`() {
        let made = Atomic(0)
        let seen = Lanes.map(
            100, state: { made.add(1, ordering: .relaxed).newValue * 1000 },
            { state, _ in
                state += 1
                return state
            })
        #expect(Set(seen).count == 100)
        #expect(made.load(ordering: .relaxed) <= Lanes.count)
    }

    @Test func `the error of the lowest number is thrown, and nothing new is begun after it`() {
        let begun = Mutex<[Int]>([])
        let error = #expect(throws: Refusal.self) {
            _ = try Lanes.map(50, lanes: 1, state: {}) { (_, number) throws(Refusal) in
                begun.withLock { $0.append(number) }
                if number >= 3 { throw Refusal(number: number) }
            }
        }
        #expect(error == Refusal(number: 3))
        #expect(begun.withLock { $0 } == [0, 1, 2, 3])
        for _ in 0..<50 {
            let error = #expect(throws: Refusal.self) {
                _ = try Lanes.map(50) { (number) throws(Refusal) in if number >= 3 { throw Refusal(number: number) } }
            }
            #expect(error == Refusal(number: 3))
        }
    }
}
