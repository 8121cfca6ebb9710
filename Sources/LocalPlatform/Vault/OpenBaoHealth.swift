import NIOHTTP1
import VaultClient

/// Asks OpenBao how it is (`GET sys/health`; the query makes every state a 200) until it is as wished.
struct OpenBaoHealth {
    struct State: Decodable {
        var initialized: Bool
        var sealed: Bool
        var standby: Bool

        var isActive: Bool { initialized && !sealed && !standby }
    }

    static let path = "sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200"

    let transport: VaultTransport

    /// - Throws: what stood in the way last, when `end` comes first.
    func wait(
        until end: ContinuousClock.Instant, for condition: (State) -> Bool
    ) async throws(VaultFailure) {
        var obstacle = VaultFailure.timedOut(path: "sys/health", after: .zero)
        var request = VaultRequest(.GET, Self.path)
        request.isIdempotent = false  // repeated here, by this deadline
        while ContinuousClock.now < end {
            do throws(VaultFailure) {
                let state = try await transport.send(request).decode(State.self)
                if condition(state) { return }
                obstacle = state.sealed ? .sealed(path: "sys/health") : .notReady(path: "sys/health", status: 200)
            } catch {
                obstacle = error
            }
            do {
                try await Task.sleep(for: .milliseconds(20))
            } catch {
                throw obstacle
            }
        }
        throw obstacle
    }
}
