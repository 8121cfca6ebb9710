/// `host[:port]` as it stands in Host, `:authority`, a CONNECT target or an SNI (RFC 3986, section 3.2, without
/// userinfo).
public struct Authority: Hashable, Sendable, CustomStringConvertible {
    public let host: HostName
    /// nil when the text names none.
    public let port: Int?

    public var description: String { port.map { "\(host):\($0)" } ?? host.value }

    /// - Throws: `malformed_request`; for userinfo `foreign_credential`.
    public init(parsing text: String) throws(Refusal) {
        let bytes = Array(text.utf8)
        guard !bytes.contains(UInt8(ascii: "@")) else {
            throw Refusal(
                .foreignCredential, "the host carries user information (user:password@)",
                hint: "send credentials in a header, as the agent's placeholder")
        }
        let (host, port) = try Authority.split(bytes)
        self.host = try HostName(bytes: host)
        self.port = port
    }

    public init(host: HostName, port: Int?) {
        self.host = host
        self.port = port
    }

    /// The port in force for a scheme.
    public func port(for scheme: RequestScheme) -> Int { port ?? scheme.defaultPort }

    private static func split(_ bytes: [UInt8]) throws(Refusal) -> (ArraySlice<UInt8>, Int?) {
        let hostEnd =
            bytes.first == UInt8(ascii: "[")
            ? bytes.firstIndex(of: UInt8(ascii: "]")).map { $0 + 1 } ?? bytes.endIndex
            : bytes.firstIndex(of: UInt8(ascii: ":")) ?? bytes.endIndex
        guard hostEnd < bytes.endIndex else { return (bytes[...], nil) }
        let digits = bytes[(hostEnd + 1)...]
        guard bytes[hostEnd] == UInt8(ascii: ":"), !digits.isEmpty, digits.count <= 5, digits.allSatisfy(\.isDigit),
            digits.first != UInt8(ascii: "0"), let port = Int(String(decoding: digits, as: UTF8.self)), port <= 65_535
        else {
            throw .malformed(
                "\"\(String(decoding: bytes, as: UTF8.self).printable(limit: 100))\" is no host with a port",
                hint: "write host or host:port with a port from 1 to 65535")
        }
        return (bytes[..<hostEnd], port)
    }
}

/// How a request goes out.
public enum RequestScheme: String, Sendable, Hashable, Codable {
    case http, https

    public var defaultPort: Int { self == .https ? 443 : 80 }
}
