import Foundation
import KubernetesClient
import Operator
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    /// `PALANA_SCALE_AGENTS=1000` gives the figures of Benchmarks/results; by default only that it works is tried.
    private static let scale = ProcessInfo.processInfo.environment["PALANA_SCALE_AGENTS"].flatMap { Int($0) } ?? 40

    @Test("Many agents at once are all made, in bounded time and memory", .timeLimit(.minutes(15)))
    func scale() async throws {
        try await withOperatorWorld { world in
            let count = OperatorTests.scale
            try await world.operating { _ in try await world.agent("first") }
            let home = AgentNames.tenantNamespace(owner: OperatorWorld.owner)
            let spec = AgentSpec(owner: OperatorWorld.owner, image: "i:1", suspended: true)
            for index in 1..<count {
                try await world.client.create(
                    Agent(metadata: ObjectMeta(name: "a\(index)", namespace: home), spec: spec))
            }
            let before = OperatorTests.residentMiB()
            let start = ContinuousClock.now
            try await world.operating { running in
                try await until(within: .seconds(600), "\(count) agents are made") {
                    try await Task.sleep(for: .milliseconds(500))
                    return running.view.countOfServedAgents == count
                }
                let time = ContinuousClock.now - start
                let requests = running.client.requests
                print(
                    "\(count) agents: \(time), \(requests.writes) writes of \(requests.total) requests, "
                        + "\(OperatorTests.residentMiB() - before) MiB more (of the test's process)")
                #expect(time < .seconds(600))
            }
        }
    }

    private static func residentMiB() -> Int {
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
        return (line?.split(separator: " ").compactMap { Int($0) }.first ?? 0) / 1_024
    }
}
