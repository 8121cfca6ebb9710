import Foundation

/// What one run of `agent.mjs` is told to do.
struct AgentOptions: Encodable {
    var socket: String
    /// On 127.0.0.1, in the socket's place, and the address of loopback that it comes from.
    var tcpPort: UInt16?
    var from: String?
    var ca: String?
    var host = "api.up.test"
    var port: Int?
    var mode: String?
    var path: String?
    var method: String?
    var sni: String?
    var hostHeader: String?
    var headers: [String: String]?
    var connectHeaders: [String: String]?
    var times: Int?
    var count: Int?
    var parallel: Int?
    var pattern: String?
    var bytes: Int?
    var text: String?
    var tunnel: Bool?
    var wait: Int?
    var kind: String?
    var rows: [String]?
}

/// How one request ended.
struct AgentAnswer: Decodable {
    var status: Int?
    var tunnel: Int?
    var headers: [String: String]?
    var body: String?
    var serial: String?
    var names: String?
    var error: String?
    var ms: Double?
    var alpn: String?
    var echo: [Int]?
    var bytes: Int?
    var text: String?
    var pieces: Int?
    var open: Bool?
    var trailer: String?
}

/// What the upstream says that it received.
struct Received: Decodable {
    var path: String
    var method: String
    var headers: [String: String]
    var bytes: Int
}

/// The refusal that an answer holds.
struct RefusalText: Decodable {
    struct Inner: Decodable {
        var code: String
        var message: String
        var agent: String?
        var host: String?
        var method: String?
        var path: String?
        var rule: String?
        var hint: String?
        var decision_id: String?
    }
    var error: Inner
}

extension AgentAnswer {
    func received() throws -> Received { try JSONDecoder().decode(Received.self, from: Data((body ?? "").utf8)) }
    func refusal() throws -> RefusalText.Inner {
        try JSONDecoder().decode(RefusalText.self, from: Data((body ?? "").utf8)).error
    }
}
