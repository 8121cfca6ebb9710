import Foundation
import GRPCCore
import Logging
import ServiceLifecycle
import ServiceSupport
import TestSupport
import Testing

/// The server of ext_authz, asked by an HTTP/2 client that isn't ours.
@Suite struct UnaryCallServerTests {
    private struct Answer: Decodable, Equatable {
        var status: String?
        var text: String
    }

    private struct Answers: Decodable {
        var good: Answer
        var many: Int
        var missing: Answer
        var failing: Answer
        var cut: Answer
        var large: Answer
        var volume: Int
        var html: Answer
    }

    @Test("calls are answered, bad ones refused, and callers that give up disturb nobody")
    func calls() async throws {
        try await serve { path in
            let script = try NodeScript("calls.mjs", [path, "700"])
            defer { script.stop() }
            let line = try await script.line()
            let answers = try JSONDecoder().decode(Answers.self, from: line)
            #expect(answers.good == Answer(status: "0", text: "me:hello"))
            #expect(answers.many == 300)
            #expect(answers.missing == Answer(status: "12", text: ""))
            #expect(answers.failing == Answer(status: "7", text: ""))
            #expect(answers.cut == Answer(status: "13", text: ""))
            #expect(answers.large == Answer(status: "8", text: ""))
            #expect(answers.volume == 200)
            #expect(answers.html == Answer(status: "3", text: ""))
        }
    }

    @Test("another user's connection is closed unanswered")
    func peers() async throws {
        try await serve(peers: PeerCheck(allowedUsers: [])) { path in
            let script = try NodeScript("calls.mjs", [path, "0"])
            defer { script.stop() }
            let line = String(decoding: try await script.line(), as: UTF8.self)
            #expect(line.contains("error"), "\(line)")
        }
    }

    private func serve(
        peers: PeerCheck = .ownUser, _ body: @Sendable @escaping (String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("g/s.sock")
        let logger = Logger(label: "test")
        let server = try UnaryCallServer(
            configuration: .init(socketPath: path, peers: peers, largestMessage: 65_536),
            methods: [
                "/t.T/Echo": { metadata, message, _ in
                    let name = metadata[stringValues: "x-name"].first { _ in true } ?? ""
                    return Array("\(name):".utf8) + message
                },
                "/t.T/Fail": { _, _, _ in throw RPCError(code: .permissionDenied, message: "no") },
                "/t.T/Slow": { _, message, _ in
                    try await Task.sleep(for: .milliseconds(1))
                    return message
                },
            ], logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(path)
            await group.triggerGracefulShutdown()
        }
    }
}
