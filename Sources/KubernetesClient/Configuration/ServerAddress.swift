import Foundation

/// The API server's address: `https://host:6443`, perhaps with a path before the API's. Clear text is for this machine
/// only, since every request shows a credential.
public struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    let scheme: String
    /// With brackets when it is an IPv6 address.
    let host: String
    let port: Int?
    /// Without a slash at its end.
    let path: String

    public init(_ text: String) throws(KubernetesFailure) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(), let host = parts.host,
            !host.isEmpty, parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil,
            scheme == "https" || (scheme == "http" && Self.isLoopback(host))
        else {
            // The text itself is not repeated: it may hold a password.
            throw KubernetesFailure(
                .configuration,
                "The API server's address is not usable: give https://HOST[:PORT], http:// only for this machine "
                    + "(127.0.0.1), without user, password or query.")
        }
        self.scheme = scheme
        self.host = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        port = parts.port
        let path = parts.percentEncodedPath
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    /// What requests start with.
    /// - Parameter name: stands for the host when the certificate has another name.
    func base(as name: String? = nil) -> String {
        "\(scheme)://\(name ?? host)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    public var description: String { base() }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "[::1]" || host == "::1"
            || (host.hasPrefix("127.") && host.utf8.allSatisfy { ($0 >= 0x30 && $0 <= 0x39) || $0 == 0x2E })
    }
}
