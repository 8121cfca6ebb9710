import Certificates
import Foundation
import Logging
import PalanaCore
import Testing

@testable import Gateway

@Suite struct LeafStoreTests {
    static func store(_ budget: LeafBudget = LeafBudget(), hosts: [String] = ["api.example.com", "*.wild.example"])
        throws
        -> LeafStore
    {
        let claims = HostClaims(agents: [
            AgentSnapshot(
                id: AgentID(rawValue: "a"), name: "a", owner: "o", allow: hosts.map { EgressRule(host: $0) })
        ])
        return LeafStore(issuer: try LeafIssuer(authority: .make()), budget: budget, logger: Logger(label: "test")) {
            claims.claim(on: $0)
        }
    }

    static func version(_ answer: LeafStore.Answer) -> String? {
        if case .leaf(let leaf) = answer { leaf.version } else { nil }
    }

    @Test("a live leaf is given again, and minted anew in the second half of its life")
    func reuse() throws {
        let store = try Self.store()
        let now = Date()
        let first = Self.version(store.answer("api.example.com", at: now).0)
        #expect(first != nil)
        #expect(Self.version(store.answer("api.example.com", at: now.addingTimeInterval(3_600)).0) == first)
        let later = Self.version(store.answer("api.example.com", at: now.addingTimeInterval(13 * 3_600)).0)
        #expect(later != nil && later != first)
        #expect(store.count == 1)
    }

    @Test("names that nobody names can't use up what named ones need")
    func unnamedBudget() throws {
        let store = try Self.store(LeafBudget(unnamed: .init(live: 5, burst: 10, rate: 0)))
        let served = (0..<1_000).count { Self.version(store.answer("n\($0).other.example").0) != nil }
        #expect(served == 10)
        #expect(store.count == 5)
        #expect(Self.version(store.answer("api.example.com").0) != nil)
        #expect(Self.version(store.answer("x.wild.example").0) != nil)
    }

    @Test("one wildcard's names can't use up another's, nor the total")
    func wildcardBudget() throws {
        let budget = LeafBudget(
            total: .init(live: 20, burst: 1_000, rate: 0), wildcard: .init(live: 8, burst: 30, rate: 0))
        let store = try Self.store(budget, hosts: ["*.one.example", "*.two.example", "api.example.com"])
        let served = (0..<1_000).count { Self.version(store.answer("n\($0).one.example").0) != nil }
        #expect(served == 30)
        #expect(store.count == 8)
        #expect(Self.version(store.answer("n.two.example").0) != nil)
    }

    @Test("the least recently asked-for leaf goes when the total is reached")
    func eviction() throws {
        let store = try Self.store(
            LeafBudget(total: .init(live: 2, burst: 100, rate: 0)), hosts: ["a.example", "b.example", "c.example"])
        _ = store.answer("a.example")
        _ = store.answer("b.example")
        _ = store.answer("a.example")
        #expect(store.answer("c.example").evicted == ["b.example"])
        #expect(store.count == 2)
    }

    @Test("odd spellings of a named host are charged to the small budget")
    func spellings() throws {
        let store = try Self.store(LeafBudget(unnamed: .init(live: 5, burst: 1, rate: 0)))
        #expect(Self.version(store.answer("API.example.com").0) != nil)
        #expect(Self.version(store.answer("ApI.example.com").0) == nil)
        #expect(Self.version(store.answer("api.example.com").0) != nil)
    }
}
