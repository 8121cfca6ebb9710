import Foundation
import TestSupport

/// A program of an agent that writes bytes as they are, one try after the other.
struct HostileClient: Sendable {
    /// One connection. Ways in as in `hostile.mjs`.
    struct Try: Encodable, Sendable {
        var socket = ""
        var ca = ""
        var way = "front"
        var host = "api.up.test"
        var port = 0
        /// latin1
        var text = ""
        var parts: [String]?
        var sni: String?
        var alpn: String?
        var wait: Int?
        var all: Bool?
        /// One HTTP/2 request.
        var fields: [[String]]?
        var tls: TLS?
    }

    struct TLS: Encodable, Sendable {
        var minVersion: String
        var maxVersion: String
        var ciphers = "DEFAULT:@SECLEVEL=0"
    }

    struct Outcome: Decodable, Sendable, CustomStringConvertible {
        var text: String
        var error: String?
        var ms: Double?

        var status: Int? {
            let words = text.split(separator: " ", maxSplits: 2)
            return words.first?.hasPrefix("HTTP/1") == true ? words.dropFirst().first.flatMap { Int($0) } : nil
        }
        var body: String { text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "" }
        /// Of the refusal in JSON; nil when there is none.
        var code: String? {
            guard let json = try? JSONDecoder().decode(RefusalText.self, from: Data(body.utf8)) else { return nil }
            return json.error.code
        }
        var description: String { "\(error ?? "") \(text.prefix(700))" }
    }

    private let script: NodeScript
    private let fixture: EnvoyFixture
    private let agent: String

    init(_ fixture: EnvoyFixture, agent: String = "agent-1") throws {
        self.fixture = fixture
        self.agent = agent
        script = try NodeScript("hostile.mjs", [])
    }

    func send(_ attempt: Try) async throws -> Outcome {
        var attempt = attempt
        attempt.socket = fixture.socket(of: agent)
        attempt.ca = fixture.folder.path("ca.pem")
        if attempt.port == 0 {
            attempt.port = attempt.way.hasSuffix("tls") ? fixture.ports.secure : fixture.ports.plain
        }
        try script.tell(String(decoding: try JSONEncoder().encode(attempt), as: UTF8.self))
        return try JSONDecoder().decode(Outcome.self, from: try await script.line())
    }

    func stop() { script.stop() }
}
