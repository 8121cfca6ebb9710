public import PalanaCore

/// What an agent wrote, piece by piece; the next one is read when it is asked for.
public typealias LogPieces = any AsyncSequence<[UInt8], any Error> & Sendable

/// What people ask of a platform, as the platform does it: the one of this machine behind its socket, or a cluster. Every
/// method throws `APIError` for what people can mend; any other error is answered as `failed`, without its text (it may
/// hold what must not be seen).
public protocol PlatformOperations: Sendable {
    func status() async throws -> PlatformStatus

    /// Checks and stores all objects of a YAML or JSON text, or none.
    func apply(_ manifests: String, dryRun: Bool) async throws -> [ApplyOutcome]
    /// Like `apply` for one new object; fails when it exists.
    func create(_ manifest: String) async throws -> [ApplyOutcome]
    func get(_ key: ResourceKey) async throws -> Resource
    func list(_ kind: ResourceKind) async throws -> [Resource]
    func delete(_ key: ResourceKey) async throws

    func start(agent: String) async throws
    func suspend(agent: String) async throws
    func resume(agent: String) async throws
    /// The newest `tail` lines (all when nil), then, with `follow`, what comes until the caller goes away.
    func logs(agent: String, follow: Bool, tail: Int?) async throws -> LogPieces
    func addSecret(agent: String, name: String, _ addition: SecretAddition) async throws -> SecretListing
    func rotateSecret(agent: String, name: String, to value: Secret<String>) async throws
    func removeSecret(agent: String, name: String) async throws
    func secrets(agent: String) async throws -> [SecretListing]

    /// Which rule would decide a request of this agent, why, and what would allow it.
    func explain(agent: String, method: String, url: String) async throws -> PolicyExplanation
}

/// A platform that this process runs itself.
public protocol HostedPlatform: PlatformOperations {
    /// Starts or joins a process for a person's terminal.
    func attach(_ request: AttachRequest) async throws -> AttachedProcess

    /// Ends the platform in good order after the answer.
    func shutDown() async
}
