import ArgumentParser
import Manifests
import PalanaCore
import PlatformAPI

/// Stops agents at once.
struct KillOrder: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kill", abstract: "Stop agents at once, and keep them stopped until they are released.",
        discussion: """
            palana kill demo --reason "It posts to a pastebin."
              palana kill --owner bob@example.com --level freeze --reason "Account taken over" --wait
              palana kill --selector team=web --level suspend --reason "Maintenance" --expires 2h
              palana kill --all --reason "Leak in progress"

            network: nothing leaves the agent any more; what is open is cut. freeze: its processes stand still, too. \
            suspend: they are ended, /data stays. terminate: the agent is deleted. Agents that are made later and match \
            are caught as they begin.
            """)

    @OptionGroup var platform: PlatformOptions
    @OptionGroup var output: OutputOptions

    @Argument(help: "Agents: NAME or OWNER/NAME.")
    var targets: [String] = []

    @Option(help: ArgumentHelp("All agents of this owner.", valueName: "owner"))
    var owner: String?

    @Option(help: ArgumentHelp("All agents with these labels: KEY=VALUE[,KEY=VALUE…].", valueName: "labels"))
    var selector: SelectorArgument?

    @Flag(help: "Every agent.")
    var all = false

    @Option(help: ArgumentHelp("network, freeze, suspend or terminate.", valueName: "level"))
    var level: KillSwitchSpec.Level = .network

    @Option(help: ArgumentHelp("Why; the agents' owners read it.", valueName: "text"))
    var reason: String

    @Option(
        help: ArgumentHelp(
            "Release by itself: after 30s, 15m, 2h or 7d, or at a time like 2026-01-01T00:00:00Z.", valueName: "when"))
    var expires: ExpiryArgument?

    @Flag(help: "Wait until it is in effect, and tell how long that took.")
    var wait = false

    @Option(help: ArgumentHelp("How many seconds --wait waits at most.", valueName: "seconds"))
    var timeout = 60

    func validate() throws {
        let ways = [!targets.isEmpty, owner != nil, selector != nil, all].count { $0 }
        guard ways == 1 else {
            throw ValidationError(
                ways == 0
                    ? "Whom? Name agents, or give --owner, --selector or --all."
                    : "Give only one of: names of agents, --owner, --selector, --all.")
        }
        guard timeout > 0 else { throw ValidationError("--timeout must be 1 or more.") }
    }

    func run() async throws {
        let operations = try platform.operations()
        let kills = self.kills.map { target in
            KillSwitch(
                metadata: ObjectMeta(name: KillName.make(for: target)),
                spec: KillSwitchSpec(target: target, level: level, reason: reason, expiresAt: expires?.moment(.now())))
        }
        _ = try await operations.create(try ManifestEncoder().yaml(kills.map(Resource.killSwitch)))
        guard wait else { return try print(kills) }
        let effect = KillEffect(operations: operations, names: kills.map(\.metadata.name))
        let reached = try await effect.wait(for: .seconds(timeout))
        try print(reached)
    }

    private var kills: [KillTarget] {
        if all { return [KillTarget(all: true)] }
        if let owner { return [KillTarget(owner: owner)] }
        if let selector { return [KillTarget(selector: .init(labels: selector.labels))] }
        return targets.map { KillTarget(agent: $0) }
    }

    private func print(_ kills: [KillSwitch]) throws {
        let resources = kills.map(Resource.killSwitch)
        switch output.output {
        case .json: Terminal.write(try ManifestEncoder().json(list: resources))
        case .yaml: Terminal.write(try ManifestEncoder().yaml(resources))
        case .table:
            for kill in kills {
                Terminal.write(
                    "killswitch/\(kill.metadata.name): \(level.rawValue) for \(Terminal.visible("\(kill.spec.target)")); "
                        + "undo it with: palana release \(kill.metadata.name)")
            }
            if wait { Terminal.write(KillEffect.table(kills)) }
        }
    }
}
