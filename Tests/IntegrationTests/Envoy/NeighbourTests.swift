import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import Gateway

/// What one agent breaks off must not break another's requests: they share the connections to the gateway.
@Suite(.serialized) struct NeighbourTests {
    /// `agent-2` works steadily, with its secret, while `agent-1` does its worst.
    private func expectUnharmed(
        by command: String, _ change: @Sendable @escaping (inout AgentOptions) -> Void
    ) async throws {
        try await GatewayFixture.with { fixture, gateway in
            var bad = fixture.options("agent-1", mode: "origin")
            change(&bad)
            var good = fixture.options("agent-2", mode: "origin")
            good.headers = ["authorization": "Bearer \(GatewayFixture.otherToken)"]
            good.times = 50
            let flood = try fixture.start(command, bad)
            defer { flood.stop() }
            async let over = flood.line()
            for _ in 0..<6 {
                let answers = try await fixture.run("repeat", good, as: [AgentAnswer].self)
                #expect(answers.count { $0.status == 200 } == 50, "\(answers.filter { $0.status != 200 }.prefix(3))")
            }
            print("\(command):", String(decoding: try await over, as: UTF8.self))
            let answers = try await fixture.run("repeat", good, as: [AgentAnswer].self)
            #expect(answers.count { $0.status == 200 } == 50, "\(answers.filter { $0.status != 200 }.prefix(3))")
            // A client's end and the decision about it may pass each other: such a plan goes with age, or for a newer one.
            let drained = try await eventually(within: .seconds(20)) { gateway.plans.count < 20 }
            #expect(drained, "\(gateway.plans.count) plans left")
            #expect(try fixture.envoy.total("upstream_cx_destroy_remote", of: "cluster.ext_") == 0)
        }
    }

    @Test("1,000 requests that are broken off at once")
    func abortedRequests() async throws {
        try await expectUnharmed(by: "flood") { $0.times = 1_000 }
    }

    @Test("1,000 requests with a secret that are broken off at once")
    func abortedKeyedRequests() async throws {
        try await expectUnharmed(by: "flood") {
            $0.times = 1_000
            $0.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
        }
    }

    @Test("300 downloads with a secret that are left in their middle")
    func leftDownloads() async throws {
        try await expectUnharmed(by: "leave") {
            $0.times = 300
            $0.bytes = 256 << 10
            $0.headers = ["authorization": "Bearer \(GatewayFixture.token)"]
        }
    }
}
