import Foundation
import Logging
import NIOHTTP1
import PalanaCore
import Synchronization

/// Holds one role's token: logs in when there is none, renews it before its end, logs in anew when that fails.
final class VaultSession: Sendable {
    private let transport: VaultTransport
    private let login: VaultLogin
    private let clock: VaultClock
    private let logger: Logger
    private let tokens: FlightCache<Int, VaultToken, VaultFailure>
    /// Whether the token of a generation was found alive a moment ago.
    private let pulses: FlightCache<Int, Bool, VaultFailure>
    private let generation = Mutex(0)

    init(transport: VaultTransport, login: VaultLogin, clock: VaultClock, logger: Logger) {
        self.transport = transport
        self.login = login
        self.clock = clock
        self.logger = logger
        let abandoned = VaultFailure.unreachable(
            path: login.path(transport.configuration), address: transport.configuration.address.description,
            reason: "cancelled")
        tokens = FlightCache(capacity: 1, clock: clock, abandoned: abandoned)
        pulses = FlightCache(capacity: 4, clock: clock, abandoned: abandoned)
    }

    /// The token in force, from a login if need be. One login at a time; after a failed one the same failure stands for
    /// a moment, so that a vault in trouble isn't stormed.
    func token() async throws(VaultFailure) -> VaultToken {
        try await tokens.value(for: 0) { await self.loginLanding() }
    }

    /// The token held now, if any.
    var current: VaultToken? { tokens.kept(for: 0) }

    /// After a 403: whether `token` is gone, and so was dropped. A token found alive is not asked about again for a
    /// second.
    func dropIfGone(_ token: VaultToken) async throws(VaultFailure) -> Bool {
        if let current, current.generation != token.generation { return true }
        let alive = try await pulses.value(for: token.generation) { await self.pulseLanding(of: token) }
        if !alive { drop(token) }
        return !alive
    }

    /// Renews the token, or logs in anew when the vault won't renew it (much) longer.
    func renew(_ token: VaultToken) async throws(VaultFailure) {
        guard token.renewable else { return try await replace(token) }
        let sent = clock.now()
        let renewed: VaultToken
        do throws(VaultFailure) {
            let answer = try await transport.send(
                VaultRequest(.POST, "auth/token/renew-self", json: [String: String]()), token: token.value)
            renewed = VaultToken(
                try answer.decode(VaultGrant.self), generation: token.generation, now: sent,
                fullLifetime: token.fullLifetime)
        } catch .forbidden, .refused {
            return try await replace(token)
        }
        // Near its maximal age a token is renewed for less and less.
        guard renewed.end - sent > token.fullLifetime / 3 else { return try await replace(token) }
        tokens.replace(0, with: renewed, lifetime: renewed.end - clock.now()) { $0.generation == token.generation }
        logger.debug("vault token renewed", metadata: ["seconds": "\((renewed.end - sent).components.seconds)"])
    }

    /// Gives the token back to the vault at an orderly end. The vault ends it by itself if this fails.
    func revoke() async {
        guard let token = current else { return }
        drop(token)
        do throws(VaultFailure) {
            _ = try await transport.send(
                VaultRequest(.POST, "auth/token/revoke-self", json: [String: String]()), token: token.value)
        } catch {
            logger.debug("vault token not given back", metadata: ["error": "\(error)"])
        }
    }

    private func replace(_ token: VaultToken) async throws(VaultFailure) {
        drop(token)
        _ = try await self.token()
    }

    private func drop(_ token: VaultToken) {
        tokens.drop(0) { $0.generation == token.generation }
    }

    private func loginLanding() async -> FlightCache<Int, VaultToken, VaultFailure>.Landing {
        do throws(VaultFailure) {
            let token = try await logIn()
            return .init(result: .success(token), lifetime: token.end - clock.now())
        } catch {
            logger.warning("vault login failed", metadata: ["error": "\(error)"])
            return .init(result: .failure(error), lifetime: .milliseconds(250))
        }
    }

    private func logIn() async throws(VaultFailure) -> VaultToken {
        let sent = clock.now()
        let request = try login.request(transport.configuration)
        let answer: VaultAnswer
        do throws(VaultFailure) {
            answer = try await transport.send(request)
        } catch .forbidden(let path) {
            throw .loginRefused(path: path, status: 403, advice: login.advice)
        } catch .refused(let path, let status) {
            throw .loginRefused(path: path, status: status, advice: login.advice)
        }
        let grant = try answer.decode(VaultGrant.self)
        guard !grant.auth.client_token.isEmpty, grant.auth.lease_duration > 0 else {
            throw .nonsense(path: request.path, why: "a login without a token that ends")
        }
        let generation = self.generation.withLock { number in
            number += 1
            return number
        }
        return VaultToken(grant, generation: generation, now: sent)
    }

    private func pulseLanding(of token: VaultToken) async -> FlightCache<Int, Bool, VaultFailure>.Landing {
        do throws(VaultFailure) {
            _ = try await transport.send(VaultRequest(.GET, "auth/token/lookup-self"), token: token.value)
            return .init(result: .success(true), lifetime: .seconds(1))
        } catch .forbidden {
            return .init(result: .success(false), lifetime: .seconds(1))
        } catch {
            return .init(result: .failure(error), lifetime: .zero)
        }
    }
}
