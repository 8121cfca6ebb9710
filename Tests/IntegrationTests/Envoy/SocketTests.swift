import Foundation
import Logging
import ServiceLifecycle
import ServiceSupport
import TestSupport
import Testing

/// The sockets between Envoy and the gateway.
@Suite struct SocketTests {
    @Test("a gRPC server speaks to its own user and closes on any other", arguments: [true, false])
    func peers(admitted: Bool) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("g/s.sock")
        let logger = Logger(label: "test")
        let server = try GRPCSocketServer(
            configuration: .init(socketPath: path, peers: admitted ? .ownUser : PeerCheck(allowedUsers: [])),
            services: [], logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var options = AgentOptions(socket: path)
            // The client's preface and an empty SETTINGS frame (RFC 9113, section 3.4).
            options.text = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0"
            options.wait = 2_000
            let json = String(decoding: try JSONEncoder().encode(options), as: UTF8.self)
            let script = try NodeScript("agent.mjs", ["raw", json])
            defer { script.stop() }
            let answer = try JSONDecoder().decode(AgentAnswer.self, from: try await script.line())
            #expect((answer.text?.isEmpty == false) == admitted, "\(answer)")
            if !admitted { #expect((answer.ms ?? 9_999) < 1_900) }
            await group.triggerGracefulShutdown()
        }
    }

    @Test("a socket in use, a file in the way, an open folder and a long path are refused; a stale socket is not")
    func binding() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("s.sock")
        let first = try UnixSocket.listen(at: path)
        #expect(UnixSocket.isListening(at: path))
        #expect(throws: UnixSocketError.inUse(path)) { try UnixSocket.listen(at: path) }
        close(first)
        #expect(!UnixSocket.isListening(at: path))
        close(try UnixSocket.listen(at: path))
        try Data().write(to: URL(fileURLWithPath: folder.path("file")))
        #expect(throws: UnixSocketError.occupied(folder.path("file"))) {
            try UnixSocket.listen(at: folder.path("file"))
        }
        let long = folder.path(String(repeating: "x", count: 100))
        #expect(throws: UnixSocketError.pathTooLong(long, bytes: long.utf8.count)) { try UnixSocket.listen(at: long) }
        let open = folder.path("open")
        try FileManager.default.createDirectory(atPath: open, withIntermediateDirectories: false)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: open)
        #expect(throws: UnixSocketError.unsafeFolder(open, reason: "others may enter it: chmod 700 it")) {
            try UnixSocket.listen(at: open + "/s.sock")
        }
    }
}
