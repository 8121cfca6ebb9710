public import PalanaCore
import ServiceSupport

/// Finds out when agents that lost their listeners have nothing open any more.
///
/// Envoy answers that a listener is gone when it has begun to drop it. Its connections are closed when no listener is
/// draining (gauge `listener_manager.total_listeners_draining`, since `EnvoyCommand` lets nothing drain longer).
public struct CutWatch: Sendable {
    private let discovery: DiscoveryService
    private let adminSocket: String
    private let admin: SocketHTTPClient

    private static let gauge = "listener_manager.total_listeners_draining"

    /// - Parameter adminSocket: of the Envoy that asks `discovery`.
    public init(discovery: DiscoveryService, adminSocket: String) {
        self.discovery = discovery
        self.adminSocket = adminSocket
        admin = SocketHTTPClient(socketPath: adminSocket)
    }

    /// Returns when Envoy has nothing open of these agents, which the directory must call killed already. An Envoy that
    /// has ended has nothing open.
    ///
    /// - Throws: `DeadlineExceeded` when that can't be told within `limit`: Envoy hangs, or is on its way up. What Envoy's
    ///   admin interface answers if it is not what was asked for.
    public func waitUntilCut(_ agents: Set<AgentID>, within limit: Duration = .seconds(10)) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while true {
            if try await isCut(agents) { return }
            guard clock.now < deadline else { throw DeadlineExceeded(limit: limit) }
            try await clock.sleep(for: .milliseconds(2))
        }
    }

    private func isCut(_ agents: Set<AgentID>) async throws -> Bool {
        if discovery.mayHold(agents) { return false }
        do {
            // Not connected, it may still have what another connection gave it.
            guard discovery.isConnected else { return !UnixSocket.isListening(at: adminSocket) }
            let text = try await admin.get("/stats?filter=total_listeners_draining", within: .seconds(1))
            return text.split(separator: "\n").contains("\(Self.gauge): 0")
        } catch let cancelled as CancellationError {
            throw cancelled
        } catch let refused as SocketHTTPClient.UnexpectedStatus {
            throw refused
        } catch {
            return !UnixSocket.isListening(at: adminSocket)
        }
    }
}
