import Foundation
import GRPCCore
import Logging
import ServiceLifecycle
import ServiceSupport
import Synchronization
import TestSupport
import Testing

/// The server of ext_authz and ext_proc, asked by an HTTP/2 client that isn't ours.
@Suite struct CallServerTests {
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

    private struct Talk: Decodable, Equatable {
        var status: String?
        var texts: [String]
    }

    private struct Talks: Decodable {
        struct Deaf: Decodable {
            var held: Int
            var status: String?
            var count: Int
        }

        var three: Talk
        var bytewise: Talk
        var together: Talk
        var last: Talk
        var failing: Talk
        var torn: Talk
        var large: Talk
        var none: Talk
        var deaf: Deaf
        var many: Int
    }

    @Test("calls of many messages are answered one by one, end when they should, and hold back who doesn't read")
    func talks() async throws {
        let ended = Mutex(0)
        let count: @Sendable () -> Void = { ended.withLock { $0 += 1 } }
        try await serve(ended: count) { path in
            let script = try NodeScript("talks.mjs", [path])
            defer { script.stop() }
            let talks = try JSONDecoder().decode(Talks.self, from: try await script.line())
            let twice = Talk(status: "0", texts: ["one", "one", "two", "two"])
            #expect(talks.three == Talk(status: "0", texts: twice.texts + ["three", "three"]))
            #expect(talks.bytewise == twice)
            #expect(talks.together == twice)
            #expect(talks.last == Talk(status: "0", texts: ["one", "one", "bye"]))
            #expect(talks.failing == Talk(status: "7", texts: ["one", "one"]))
            #expect(talks.torn == Talk(status: "13", texts: ["one", "one"]))
            #expect(talks.large == Talk(status: "8", texts: []))
            #expect(talks.none == Talk(status: "0", texts: []))
            // Of 500 messages of 60 kB, each said twice, few are taken from a caller that takes no answers.
            #expect(talks.deaf.held < 120, "\(talks.deaf.held)")
            #expect(talks.deaf.status == "0" && talks.deaf.count == 1_000, "\(talks.deaf)")
            #expect(talks.many == 100)
        }
        #expect(ended.withLock { $0 } == 1)
    }

    /// Says each message twice.
    private struct Echo: CallExchange {
        let ended: @Sendable () -> Void

        func answer(to message: [UInt8]) throws(RPCError) -> CallReply {
            switch String(decoding: message, as: UTF8.self) {
            case "bye": return .last([message]) { [ended] in ended() }
            case "fail": throw RPCError(code: .permissionDenied, message: "no")
            default: return .messages([message, message])
            }
        }

        func end() throws(RPCError) {}
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
        peers: PeerCheck = .ownUser, ended: @escaping @Sendable () -> Void = {},
        _ body: @Sendable @escaping (String) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("g/s.sock")
        let logger = Logger(label: "test")
        let server = try CallServer(
            configuration: .init(socketPath: path, peers: peers, largestMessage: 65_536),
            methods: [
                "/t.T/Echo": .unary { metadata, message, _ in
                    let name = metadata[stringValues: "x-name"].first { _ in true } ?? ""
                    return Array("\(name):".utf8) + message
                },
                "/t.T/Fail": .unary { _, _, _ in throw RPCError(code: .permissionDenied, message: "no") },
                "/t.T/Slow": .unary { _, message, _ in
                    try await Task.sleep(for: .milliseconds(1))
                    return message
                },
                "/t.T/Talk": .exchange { _ in Echo(ended: ended) },
            ], logger: logger)
        let group = ServiceGroup(configuration: .init(services: [.init(service: server)], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            try await body(path)
            await group.triggerGracefulShutdown()
        }
    }
}
