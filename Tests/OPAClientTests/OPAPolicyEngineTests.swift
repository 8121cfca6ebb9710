import OPAClient
import PalanaCore
import TestSupport
import Testing

@Suite struct OPAPolicyEngineTests {
    @Test func `Nothing is decided before a set is published`() async throws {
        try await Bench.with { bench in
            await #expect(throws: PolicyFailure.self) {
                try await bench.engine.decide(input(rules: allowing(), revision: bench.book.revision))
            }
        }
    }

    @Test func `A published set decides under its revision and under no other`() async throws {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([])
            let decision = try await bench.engine.decide(input(rules: allowing(), revision: revision))
            #expect(decision.allow)
            #expect(decision.rule == "spec.egress.allow[0]")
            #expect(decision.policyRevision == revision)
            await #expect(throws: PolicyFailure.self) {
                try await bench.engine.decide(input(rules: allowing(), revision: "sha256:other"))
            }
        }
    }

    @Test func `A stopped OPA is a failure within the deadline`() async throws {
        try await Bench.with { bench in
            let revision = try await bench.publisher.publish([])
            bench.opa.signal(19)
            defer { bench.opa.signal(18) }
            let start = ContinuousClock.now
            await #expect(throws: PolicyFailure.self) {
                try await bench.engine.decide(input(rules: allowing(), revision: revision))
            }
            #expect(ContinuousClock.now - start < .milliseconds(2500))
        }
    }
}
