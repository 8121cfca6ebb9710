/// What one run of the client measures: every case on every one of its peers, once a round, in this order.
/// Rounds go around the peers, so that a slow minute of the machine meets all of them.
struct Plan: Decodable, Sendable {
    var rounds: Int
    var peers: [Peer]
    var cases: [Case]

    /// Who is asked.
    struct Peer: Decodable, Sendable {
        var name: String
        /// A Unix socket's path, or `IP:PORT`.
        var address: String
        /// Whether requests go through a CONNECT tunnel; else the address is the server itself.
        var tunnel: Bool
        /// PEM file of the authority that the peer's certificates come from.
        var trust: String
    }

    enum Kind: String, Decodable, Sendable {
        /// Requests one after the other on `connections` kept-alive connections.
        case steady
        /// One new connection and one new name a request; `{n}` in the host counts up.
        case cold
        /// One request whose answer must be `expect`. Nothing is measured.
        case check
    }

    struct Case: Decodable, Sendable {
        var name: String
        var kind: Kind
        var peers: [String]
        var host: String
        var port: Int
        var path: String
        /// By peer; peers without an entry send none.
        var headers: [String: [String: String]]?
        var connections: Int?
        /// Seconds that are measured, after `warmup` seconds that aren't.
        var seconds: Double?
        var warmup: Double?
        /// Requests of a cold case.
        var requests: Int?
        /// The whole body of a check's answer, by peer.
        var expect: [String: String]?
    }
}
