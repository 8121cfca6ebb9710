public import PalanaCore
import Synchronization

/// A vault in memory that counts how often it is read.
public final class SecretReaderFake: SecretReader {
    private struct State {
        var values: [SecretReference: String] = [:]
        var failure: SecretFailure?
        var reads: [SecretReference] = []
    }

    private let state = Mutex(State())

    public init(_ values: [SecretReference: String] = [:]) {
        state.withLock { $0.values = values }
    }

    public var reads: [SecretReference] { state.withLock { $0.reads } }

    public func put(_ value: String, at reference: SecretReference) {
        state.withLock { $0.values[reference] = value }
    }

    /// Every read fails with this from now on; nil mends it.
    public func fail(with failure: SecretFailure?) {
        state.withLock { $0.failure = failure }
    }

    public func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String> {
        let (failure, value) = state.withLock { state in
            state.reads.append(reference)
            return (state.failure, state.values[reference])
        }
        if let failure { throw failure }
        guard let value else {
            throw .missing("secret \(reference.owner)/\(reference.agent)/\(reference.name) doesn't exist")
        }
        return Secret(value)
    }
}
