import PalanaCore

/// A DNS server, `IP:PORT` or `[IPv6]:PORT`.
public struct Resolver: Hashable, Sendable {
    /// Why a text is none. Reads as one sentence.
    public struct Malformed: Error, Hashable, Sendable, CustomStringConvertible {
        public let text: String
        public var description: String { "resolver '\(text)': write IP:PORT, as in 192.0.2.53:53 or [2001:db8::53]:53" }
    }

    public var address: String
    public var port: Int

    public init(address: String, port: Int) {
        self.address = address
        self.port = port
    }

    public init(parsing text: String) throws(Malformed) {
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { throw Malformed(text: text) }
        var host = String(text[..<colon])
        let bracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if bracketed { host = String(host.dropFirst().dropLast()) }
        guard let range = AddressRange(host), !host.contains("/"), bracketed == (range.bytes.count == 16) else {
            throw Malformed(text: text)
        }
        self.init(address: host, port: port)
    }

    var tree: JSONTree { ["socket_address": ["address": .string(address), "port_value": .integer(port)]] }
}
