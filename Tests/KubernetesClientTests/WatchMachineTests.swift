import Testing

@testable import KubernetesClient

/// Always the same number.
private struct Constant: RandomNumberGenerator, Sendable {
    func next() -> UInt64 { .max }
}

@Suite("What a watch does next")
struct WatchMachineTests {
    private static let expired = KubernetesFailure(.expired, "gone", code: 410)
    private static let away = KubernetesFailure(.unreachable, "away")
    private static let broken = KubernetesFailure(.unavailable, "broken", code: 500)

    /// One that watches from version 7 on.
    private static func watching() -> WatchMachine {
        var machine = WatchMachine(generator: Constant())
        _ = machine.turned(to: nil, version: "7")
        machine.opened()
        return machine
    }

    @Test("It lists page by page, then opens a watch where the list ended, then reads")
    func straight() {
        var machine = WatchMachine()
        #expect(machine.next == .list(ListPaging()))
        #expect(machine.turned(to: "next", version: "7") == false)
        guard case .list(let paging) = machine.next else { return #expect(Bool(false), "no second page") }
        #expect(paging.continuation == "next" && paging.limit == 500)
        #expect(machine.turned(to: nil, version: "7") == true)
        #expect(machine.next == .open(version: "7"))
        machine.opened()
        #expect(machine.next == .read)
    }

    @Test("Objects and bookmarks move the version on; a stream that ends by itself goes on from there at once")
    func moves() {
        var machine = Self.watching()
        #expect(machine.saw(.moved(version: "a")) == .zero)
        #expect(machine.saw(.moved(version: "")) == .zero)
        #expect(machine.saw(.cut(nil, after: .seconds(290))) == .zero)
        #expect(machine.next == .open(version: "a"))
    }

    @Test("A stream that ends at once, or breaks, is opened again after a growing pause")
    func pauses() {
        var machine = Self.watching()
        var last = Duration.zero
        for _ in 0..<6 {
            let pause = machine.saw(.cut(nil, after: .milliseconds(3)))
            #expect(pause > last && machine.next == .open(version: "7"))
            last = pause
            machine.opened()
        }
        #expect(machine.saw(.cut(Self.away, after: .seconds(200))) > last)
    }

    @Test("No pause is longer than half a minute, but for what the API server asks")
    func longest() {
        var machine = Self.watching()
        for _ in 0..<100 {
            #expect(machine.saw(.cut(Self.away, after: .zero)) <= .seconds(30))
            machine.opened()
        }
        #expect(machine.next == .read)
        let patient = KubernetesFailure(.tooManyRequests, "slow", code: 429, retryAfter: .seconds(77))
        #expect(machine.saw(.cut(patient, after: .zero)) == .seconds(77))
    }

    @Test("410 leads back to the list, inside the stream and when it is opened")
    func relists() {
        var inside = Self.watching()
        #expect(inside.saw(.refused(Self.expired)) > .zero)
        #expect(inside.state == .empty && inside.next == .list(ListPaging()))
        var outside = WatchMachine()
        _ = outside.turned(to: nil, version: "7")
        _ = outside.openFailed(Self.expired)
        #expect(outside.state == .empty)
    }

    @Test("Refusals without progress lead back to the list in the end; a server that is away does not")
    func patience() {
        var machine = Self.watching()
        for _ in 1..<WatchMachine.patience {
            _ = machine.saw(.refused(Self.broken))
            #expect(machine.next == .open(version: "7"))
            machine.opened()
        }
        _ = machine.saw(.refused(Self.broken))
        #expect(machine.state == .empty)
        var lonely = Self.watching()
        for _ in 0..<50 {
            _ = lonely.saw(.cut(Self.away, after: .zero))
            #expect(lonely.next == .open(version: "7"))
            _ = lonely.openFailed(Self.away)
            #expect(lonely.next == .open(version: "7"))
            lonely.opened()
        }
    }

    @Test("Pages that expired are listed again all at once; a page that fails otherwise is asked for again")
    func pages() {
        var machine = WatchMachine()
        _ = machine.turned(to: "next", version: "7")
        _ = machine.listFailed(Self.broken)
        guard case .list(let same) = machine.next else { return #expect(Bool(false), "no list") }
        #expect(machine.state == .listing && same.continuation == "next")
        _ = machine.listFailed(Self.expired)
        guard case .list(let whole) = machine.next else { return #expect(Bool(false), "no list") }
        #expect(machine.state == .empty && whole.limit == nil && whole.continuation == nil)
    }

    @Test("Pages that are too long become shorter")
    func shorter() {
        var machine = WatchMachine()
        var limits: [Int?] = []
        for _ in 0..<5 {
            _ = machine.listFailed(KubernetesFailure(.tooLarge, "long"))
            guard case .list(let paging) = machine.next else { return #expect(Bool(false), "no list") }
            limits.append(paging.limit)
        }
        #expect(limits == [50, 5, 1, 1, 1])
    }
}
