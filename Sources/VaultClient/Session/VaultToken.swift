import PalanaCore

/// A token of the vault as a login or renewal gave it.
struct VaultToken: Sendable {
    var value: Secret<String>
    /// Counts logins, so that late news about an old token doesn't end a new one.
    var generation: Int
    var renewable: Bool
    /// What the vault gave at login, the measure of later renewals.
    var fullLifetime: Duration
    /// On the session's clock.
    var end: Duration
    var renewal: Duration

    /// - Parameter now: when the call was *sent*, so that the token is never held for longer than the vault does.
    init(_ grant: VaultGrant, generation: Int, now: Duration, fullLifetime: Duration? = nil) {
        value = Secret(grant.auth.client_token)
        self.generation = generation
        renewable = grant.auth.renewable
        let lifetime = Duration.seconds(grant.auth.lease_duration)
        self.fullLifetime = fullLifetime ?? lifetime
        end = now + lifetime
        renewal = now + lifetime * 2 / 3
    }
}

/// The answer to a login or a renewal (API: `auth/approle/login`, `auth/token/renew-self`).
struct VaultGrant: Decodable {
    // The vault's own spelling.
    struct Auth: Decodable {
        var client_token: String
        var lease_duration: Int
        var renewable: Bool
    }

    var auth: Auth
}
