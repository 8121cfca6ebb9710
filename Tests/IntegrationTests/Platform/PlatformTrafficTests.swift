import Foundation
import TestSupport
import Testing

@Suite("The traffic of two agents", .platform, .serialized)
struct PlatformTrafficTests {
    @Test("of more than a thousand requests with a secret over eight connections loses none")
    func load() async throws {
        let platform = try PlatformFixture.shared()
        let before = try platform.world.requests().count
        let load = try await platform.load("one", connections: 8, requests: 1_200)
        #expect(load.answers == ["/orders 200": load.count("/orders", 200), "/echo 200": load.count("/echo", 200)])
        #expect(load.count("/orders", 200) + load.count("/echo", 200) == 1_200)
        #expect(load.broken == 0 && load.leaks == 0)
        let arrived = try platform.arrivals(from: before)
        #expect(arrived.count == 1_200 && arrived.strange.isEmpty, "\(arrived.strange.prefix(3))")
    }

    @Test("as a WebSocket carries the secret up and takes it out of the frames", arguments: ["proxy", "direct"])
    func webSocket(_ via: String) async throws {
        let platform = try PlatformFixture.shared()
        var exchange = Exchange.request("/ws", headers: Self.upgrade + PlatformCredentialTests.bearer)
        exchange.via = via
        // A text of 5 bytes, masked with zeros (RFC 6455, section 5.7).
        exchange.then = Data([0x81, 0x85, 0, 0, 0, 0] + Array("hello".utf8)).base64EncodedString()
        let answer = try await platform.probe("one", exchange)
        #expect(answer.status == 101 && answer.raw.contains("hello with Bearer "), "\(answer.error) \(answer.raw)")
        #expect(!answer.raw.contains(platform.world.key))
        // The RFC's own example of a key and what belongs to it.
        #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        var foreign = exchange
        foreign.send = foreign.send.replacing("${API_KEY}", with: "sk_own_0123456789abcdef")
        #expect(try await platform.probe("one", foreign).code == "foreign_credential")
    }

    private static let upgrade =
        "Upgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Version: 13\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\n"

    @Test("is each one's own: no file, process or socket of the other is to be seen")
    func apart() async throws {
        let platform = try PlatformFixture.shared()
        let mark = "mark-of-one-\(UUID().uuidString)"
        try await platform.must(
            "exec", "one", "--no-tty", "--", "sh", "-c", "echo \(mark) > /data/own; echo \(mark) > /tmp/own")
        let processes = try await platform.must(
            "exec", "two", "--no-tty", "--", "sh", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '")
        #expect(!processes.contains("envoy") && !processes.contains("bao") && processes.contains("sleep infinity"))
        let placeholder = try await platform.must("exec", "one", "--no-tty", "--", "printenv", "API_KEY")
        let words = "\(mark)\n\(placeholder)"
        let search = "cat > /tmp/words; grep -rlFs -f /tmp/words /data /tmp /run /etc /dev/shm /proc/[0-9]*/environ"
        let found = try await platform.palana(["exec", "two", "--no-tty", "--", "sh", "-c", search], input: words)
        #expect(found.output == "/tmp/words\n", "\(found)")
        let sockets = try await platform.must(
            "exec", "two", "--no-tty", "--", "sh", "-c", "find / -xdev -type s 2>/dev/null; true")
        #expect(sockets.split(separator: "\n").count <= 1, "\(sockets)")
        let listening = try await platform.must("exec", "two", "--no-tty", "--", "cat", "/proc/net/unix")
        #expect(!listening.contains(platform.state), "\(listening)")
    }

    @Test("is told apart by the connection, whatever it says of itself")
    func identity() async throws {
        let platform = try PlatformFixture.shared()
        for agent in ["one", "two"] {
            let answer = try await platform.probe(
                agent,
                .absolute("GET http://palana.internal/v1/whoami HTTP/1.1\nHost: palana.internal\nx-agent-id: other\n\n")
            )
            #expect(answer.status == 200 && answer.raw.contains("\"\(agent)\""), "\(answer.raw)")
        }
    }
}
