/// Why a call to the vault gave no result. Each names the path and says what to do; none repeats a byte of the answer
/// or
/// of the request's body, since both may hold secret values.
public enum VaultFailure: Error, Sendable, Hashable {
    /// The configuration can't be used; the sentence says what to change.
    case configuration(String)
    /// A name can't be part of a path; the sentence says which.
    case badName(String)
    /// 503: the vault is sealed (or not initialised).
    case sealed(path: String)
    /// 403 although the token lives: the policy forbids it.
    case forbidden(path: String)
    /// The vault doesn't take the role's credentials (login answered 400, 401 or 403).
    case loginRefused(path: String, status: Int, advice: String)
    /// 404, or the secret has no such field.
    case missing(path: String)
    /// No connection, or it broke; `reason` is the transport's own word.
    case unreachable(path: String, address: String, reason: String)
    /// The two sides don't accept each other's certificates.
    case untrusted(path: String, address: String, reason: String)
    case timedOut(path: String, after: Duration)
    /// The vault is up but not ready: standby, no leader, or an internal error (429, 472, 473, 5xx, redirects).
    case notReady(path: String, status: Int)
    /// Another status that refuses the request (400, 405, 413, …).
    case refused(path: String, status: Int)
    /// The answer is not what the API promises, or too large.
    case nonsense(path: String, why: String)
}

extension VaultFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .configuration(let sentence), .badName(let sentence): sentence
        case .sealed(let path): "The vault is sealed, so \(path) can't be served: unseal it, or look at its seal's key."
        case .forbidden(let path): "The vault forbids \(path): give this role's policy that path."
        case .loginRefused(let path, let status, let advice):
            "The vault refused the login at \(path) (status \(status)): \(advice)."
        case .missing(let path): "The vault has nothing at \(path): add the secret first."
        case .unreachable(let path, let address, let reason):
            "The vault at \(address) can't be reached for \(path) (\(reason)): check that it runs and that the "
                + "address, certificates and network are right."
        case .untrusted(let path, let address, let reason):
            "The vault at \(address) can't be talked to over TLS for \(path) (\(reason)): check VAULT_CACERT, the host "
                + "name in its certificate, and VAULT_CLIENT_CERT."
        case .timedOut(let path, let limit):
            "The vault didn't answer for \(path) within \(limit): check its load and the network."
        case .notReady(let path, let status):
            "The vault isn't ready to serve \(path) (status \(status)): wait for it to become active, or read its log."
        case .refused(let path, let status):
            "The vault refused \(path) as a request it doesn't take (status \(status)): check the mount and the "
                + "vault's version."
        case .nonsense(let path, let why):
            "The vault's answer for \(path) makes no sense (\(why)): check that the address is a vault's."
        }
    }

    /// Whether the same call may go well a moment later.
    var isTransient: Bool {
        switch self {
        case .sealed, .unreachable, .notReady: true
        default: false
        }
    }
}
