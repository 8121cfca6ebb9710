import PalanaCore
import PlatformAPI

/// What came of kill switches, as their status tells.
struct KillEffect {
    let operations: any PlatformOperations
    let names: [String]

    /// Asks until all of them are in effect.
    /// - Throws: `CommandFailure` when they aren't after `limit`; they stay in force.
    func wait(for limit: Duration) async throws -> [KillSwitch] {
        let deadline = ContinuousClock.now + limit
        while true {
            let kills = try await read()
            if kills.allSatisfy(Self.isInEffect) { return kills }
            guard ContinuousClock.now < deadline else {
                let late = kills.filter { !Self.isInEffect($0) }
                    .map { "\($0.metadata.name) (\($0.status?.conditions?[.ready]?.message ?? "not begun"))" }
                throw CommandFailure(
                    .unavailable,
                    "not in effect after \(limit.components.seconds) s: \(late.joined(separator: ", ")); it stays in "
                        + "force, see: palana kills")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func read() async throws -> [KillSwitch] {
        var kills: [KillSwitch] = []
        for name in names {
            let resource = try await operations.get(ResourceKey(.killSwitch, name))
            if case .killSwitch(let kill) = resource { kills.append(kill) }
        }
        return kills
    }

    private static func isInEffect(_ kill: KillSwitch) -> Bool {
        let ready = kill.status?.conditions?[.ready]
        return ready?.status == .true && ready?.observedGeneration == kill.metadata.generation
    }

    /// A line for each agent.
    static func table(_ kills: [KillSwitch]) -> String {
        let rows = kills.flatMap { kill in
            (kill.status?.agents ?? []).map { hit in
                [hit.agent, kill.metadata.name, hit.milliseconds.map { "\($0) ms" } ?? "-"]
            }
        }
        guard !rows.isEmpty else { return "No agent matches so far." }
        return Table(["AGENT", "KILLSWITCH", "AFTER"], rows: rows).rendered()
    }
}
