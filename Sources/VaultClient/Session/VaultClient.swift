public import Logging
import PalanaCore
public import ServiceLifecycle

/// One role's way to the vault: sends calls with a living token. `run()` keeps the token alive and closes everything at
/// the end; whoever doesn't run it as a service ends with `close()`.
public final class VaultClient: Service {
    let configuration: VaultConfiguration
    private let transport: VaultTransport
    private let session: VaultSession
    private let clock: VaultClock
    private let logger: Logger

    /// - Throws: `VaultFailure.configuration` when a certificate or key file can't be used.
    public init(
        configuration: VaultConfiguration, login: VaultLogin, logger: Logger, clock: VaultClock = .continuous
    ) throws(VaultFailure) {
        self.configuration = configuration
        self.clock = clock
        self.logger = logger
        transport = try VaultTransport(configuration, clock: clock)
        session = VaultSession(transport: transport, login: login, clock: clock, logger: logger)
    }

    /// One that logs in with AppRole.
    public convenience init(
        configuration: VaultConfiguration, role: VaultAppRole, logger: Logger, clock: VaultClock = .continuous
    ) throws(VaultFailure) {
        try self.init(configuration: configuration, login: .appRole(role), logger: logger, clock: clock)
    }

    /// Logs in now, so that wrong credentials are known at the start and not at the first request.
    public func connect() async throws(VaultFailure) {
        _ = try await session.token()
    }

    /// Renews the token at two thirds of its life until the service group shuts down, then gives it back.
    public func run() async throws {
        await cancelWhenGracefulShutdown { await self.keepAlive() }
        try await close()
    }

    /// Gives the token back and closes the connections; nothing can be sent afterwards.
    public func close() async throws {
        await session.revoke()
        try await transport.shutdown()
    }

    /// Sends a call. When the vault says 403 because the token is gone, once more with a fresh one.
    package func send(_ request: VaultRequest) async throws(VaultFailure) -> VaultAnswer {
        let token = try await session.token()
        do throws(VaultFailure) {
            return try await transport.send(request, token: token.value)
        } catch .forbidden(let path) {
            guard try await session.dropIfGone(token) else { throw .forbidden(path: path) }
            return try await transport.send(request, token: try await session.token().value)
        }
    }

    private func keepAlive() async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            do {
                let token = try await session.token()
                try await clock.sleep(max(.zero, token.renewal - clock.now()))
                if session.current?.generation == token.generation { try await session.renew(token) }
                pause = .seconds(1)
            } catch let failure as VaultFailure {
                logger.warning("vault token not renewed", metadata: ["error": "\(failure)"])
                guard (try? await clock.sleep(pause)) != nil else { return }
                pause = min(pause * 2, .seconds(15))
            } catch {
                return  // cancelled: the service ends
            }
        }
    }
}
