import Certificates
public import PalanaCore

/// `HOST=CIDR[:PORT]`: one private range that is reachable under one name, and only under it.
public struct PrivateAllowance: Hashable, Sendable {
    /// Why a text is none. Reads as one sentence.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        public let text: String
        public let reason: String
        public var description: String {
            "allow-private '\(text)': \(reason); write HOST=CIDR[:PORT], as in git.corp.example=10.1.2.0/24:443"
        }
    }

    /// Exact, `*.suffix`, or `*` for all; lower case.
    public var host: String
    public var range: AddressRange
    /// nil: any port.
    public var port: Int?

    public init(host: String, range: AddressRange, port: Int? = nil) {
        self.host = host
        self.range = range
        self.port = port
    }

    public init(parsing text: String) throws(Malformed) {
        let halves = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard halves.count == 2 else { throw Malformed(text: text, reason: "the '=' is missing") }
        host = halves[0].lowercased()
        guard Self.isHost(host) else { throw Malformed(text: text, reason: "'\(halves[0])' is no host name") }
        (range, port) = try Self.range(halves[1], of: text)
    }

    private static func isHost(_ host: String) -> Bool {
        host == "*" || LeafName(host.hasPrefix("*.") ? String(host.dropFirst(2)) : host) != nil
    }

    /// IPv6 has colons of its own, so a port after one needs the prefix length: `fd00::/8:443`.
    private static func range(_ text: String, of whole: String) throws(Malformed) -> (AddressRange, Int?) {
        if let range = AddressRange(text) { return (range, nil) }
        guard let colon = text.lastIndex(of: ":"), let range = AddressRange(String(text[..<colon])) else {
            throw Malformed(text: whole, reason: "'\(text)' is no address range")
        }
        guard let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port) else {
            throw Malformed(text: whole, reason: "the port must be 1 to 65535")
        }
        return (range, port)
    }
}
