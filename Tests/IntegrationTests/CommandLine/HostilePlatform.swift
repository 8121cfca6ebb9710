import Foundation
import PalanaCore
import PlatformAPI

/// A platform whose agent, its status and its output try to drive the terminal of whoever looks at them.
struct HostilePlatform: HostedPlatform {
    /// Clears the screen, forges a line, sets the title, ends C strings, turns text around.
    static let words = "x\u{1b}[2J\r\nforged\u{1b}]0;title\u{7}\u{0}\u{9b}31m\u{202e}y"

    struct NotAsked: Error {}

    private var agent: Resource {
        var agent = Agent(metadata: ObjectMeta(name: "demo"), spec: AgentSpec())
        agent.spec.owner = Self.words
        agent.spec.command = ["sh", "-c", Self.words]
        agent.spec.egress = Egress(allow: [EgressRule(host: Self.words)])
        agent.status = AgentStatus(
            phase: .failed,
            conditions: [Condition(type: "WorkloadReady", status: .false, reason: "Failed", message: Self.words)])
        return .agent(agent)
    }

    func status() async throws -> PlatformStatus {
        PlatformStatus(
            version: "1", pid: 1, since: .now, stateFolder: Self.words, sandboxMode: "user", limits: Self.words,
            parts: [.init(name: Self.words, state: .restarting, detail: Self.words)], agents: [Self.words: 1])
    }

    func get(_ key: ResourceKey) async throws -> Resource { agent }
    func list(_ kind: ResourceKind) async throws -> [Resource] { [agent] }
    func secrets(agent: String) async throws -> [SecretListing] {
        [SecretListing(name: "KEY", mode: .proxy, hosts: [Self.words], positions: [], placeholder: Self.words)]
    }
    func explain(agent: String, method: String, url: String) async throws -> PolicyExplanation {
        throw APIError(.invalid, Self.words)
    }
    func logs(agent: String, follow: Bool, tail: Int?) async throws -> LogPieces {
        AsyncThrowingStream<[UInt8], any Error> { feed in
            // Byte by byte: a character may come in pieces.
            for byte in Array("größe\tok\r\n\(Self.words)\n".utf8) + [0xFF, 0x9B] { feed.yield([byte]) }
            feed.finish()
        }
    }

    func apply(_ manifests: String, dryRun: Bool) async throws -> [ApplyOutcome] { throw NotAsked() }
    func create(_ manifest: String) async throws -> [ApplyOutcome] { throw NotAsked() }
    func delete(_ key: ResourceKey) async throws { throw NotAsked() }
    func start(agent: String) async throws { throw NotAsked() }
    func suspend(agent: String) async throws { throw NotAsked() }
    func resume(agent: String) async throws { throw NotAsked() }
    func attach(_ request: AttachRequest) async throws -> AttachedProcess { throw NotAsked() }
    func addSecret(agent: String, name: String, _ addition: SecretAddition) async throws -> SecretListing {
        throw NotAsked()
    }
    func rotateSecret(agent: String, name: String, to value: Secret<String>) async throws { throw NotAsked() }
    func removeSecret(agent: String, name: String) async throws { throw NotAsked() }
    func shutDown() async {}
}
