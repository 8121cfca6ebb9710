import Foundation

/// The place of a vault's API: `https://host:8200`, `http://127.0.0.1:8200` or `unix:///path/of/socket`.
public struct VaultAddress: Sendable, Hashable, CustomStringConvertible {
    /// What requests start with, without a slash at the end (`http+unix://%2Fpath` for a socket).
    let base: String
    public let description: String

    var isSocket: Bool { base.hasPrefix("http+unix:") }

    private init(base: String, description: String) {
        self.base = base
        self.description = description
    }

    /// The API on a Unix socket.
    public init(unixSocket path: String) {
        let host = path.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? path
        self.init(base: "http+unix://\(host)", description: "unix://\(path)")
    }

    /// Reads an address as in `VAULT_ADDR`.
    public init(_ text: String) throws(VaultFailure) {
        if text.hasPrefix("unix://") {
            let path = String(text.dropFirst("unix://".count))
            guard path.hasPrefix("/") else { throw Self.refusal(text) }
            self.init(unixSocket: path)
            return
        }
        guard let parts = URLComponents(string: text), let scheme = parts.scheme, let host = parts.host, !host.isEmpty,
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { throw Self.refusal(text) }
        guard scheme == "https" || (scheme == "http" && Self.isLoopback(host)) else { throw Self.refusal(text) }
        let base = text.hasSuffix("/") ? String(text.dropLast()) : text
        self.init(base: base, description: base)
    }

    /// Clear text is for this machine only: the answers hold secret values.
    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "[::1]" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// The text itself is not repeated: it may hold a password.
    private static func refusal(_ text: String) -> VaultFailure {
        .configuration(
            "The vault's address is not usable: give https://HOST[:PORT], http:// only for this machine (127.0.0.1), "
                + "or unix:///PATH, without user, password or query.")
    }
}
