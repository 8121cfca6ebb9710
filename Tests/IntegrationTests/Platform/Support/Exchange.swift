import Foundation
import Testing

/// One exchange out of a sandbox, byte by byte (see `probe.py`).
struct Exchange: Encodable, Sendable, CustomTestStringConvertible {
    var via = "proxy"
    var connect: String
    var sni: String?
    var tls: Bool?
    var send: String
    /// What is sent when the head of the answer is there, as Base64.
    var then: String?
    /// How often it is tried, until one fails.
    var `repeat`: Int?

    /// A request to a host of the test's world.
    static func request(
        _ method: String, _ path: String, host: String = "api.e2e.test", headers: String = "", body: String = ""
    ) -> Exchange {
        Exchange(connect: "\(host):443", send: "\(method) \(path) HTTP/1.1\nHost: \(host)\n\(headers)\n\(body)")
    }

    static func request(_ path: String, host: String = "api.e2e.test", headers: String = "") -> Exchange {
        request("GET", path, host: host, headers: headers)
    }

    /// The same request as programs send it that know of no proxy.
    var direct: Exchange {
        var copy = self
        copy.via = "direct"
        return copy
    }

    /// The same, `count` times over, each on a connection of its own; tells the first that isn't a 200, else the last.
    func times(_ count: Int) -> Exchange {
        var copy = self
        copy.repeat = count
        return copy
    }

    /// A plain request in absolute form to the proxy.
    static func absolute(_ text: String) -> Exchange { Exchange(via: "absolute", connect: "-", send: text) }

    var testDescription: String { send.split(separator: "\n").prefix(3).joined(separator: " | ") }
}

/// What came of it.
struct Exchanged: Decodable, Sendable {
    /// Where it ended: connect, tunnel, tls or answer.
    var stage: String
    var status: Int?
    /// The refusal's code, or "".
    var code: String
    var error: String
    var headers: [String: String]
    var raw: String
}
