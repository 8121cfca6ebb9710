public import PalanaCore

/// Keeps values in memory for a short while in front of another reader; one read at a time per secret.
///
/// Nothing is handed out past its age: when the vault is down then, the reader's failure is thrown. What is invalidated
/// while
/// a read is under way is read again, so a value from before a rotation is neither kept nor handed out after it.
public final class CachedSecretReader: SecretReader {
    private let source: any SecretReader
    private let lifetime: Duration
    private let cache: FlightCache<SecretReference, Secret<String>, SecretFailure>

    /// - Parameters:
    ///   - lifetime: how long a value may be used after it was read.
    ///   - capacity: how many values are kept at most.
    public init(
        _ source: any SecretReader, lifetime: Duration = .seconds(30), capacity: Int = 10_000,
        clock: VaultClock = .continuous
    ) {
        self.source = source
        self.lifetime = lifetime
        cache = FlightCache(
            capacity: capacity, clock: clock,
            abandoned: .unavailable("The read of a secret was cancelled or kept being invalidated: try again."))
    }

    public func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String> {
        try await cache.value(for: reference) {
            do throws(SecretFailure) {
                return .init(result: .success(try await self.source.read(reference)), lifetime: self.lifetime)
            } catch {
                return .init(result: .failure(error), lifetime: .zero)
            }
        }
    }

    /// How many wait for a read of this secret that another began.
    func followers(of reference: SecretReference) -> Int { cache.followers(of: reference) }

    /// Call it after a rotation or removal of that secret has reached the vault.
    public func invalidate(_ reference: SecretReference) {
        cache.invalidate { $0 == reference }
    }

    /// Call it on a kill or removal of that agent: all its secrets are dropped.
    public func invalidate(owner: String, agent: String) {
        cache.invalidate { $0.owner == owner && $0.agent == agent }
    }
}
