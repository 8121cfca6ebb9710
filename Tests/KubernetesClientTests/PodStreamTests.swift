import PalanaCore
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("Processes in pods")
struct PodStreamTests {
    private static let process = PodProcess(
        namespace: "n", pod: "p", container: "c", way: .exec(["sh", "-c", "echo a b"]))

    /// Plays a process and gives `body` a client of it.
    private func play(
        protocols: [String] = ["v5.channel.k8s.io", "v4.channel.k8s.io"],
        _ script: @escaping @Sendable (KubeletStub.Process) async throws -> Void,
        log: @escaping @Sendable (KubeletStub.Call) -> AsyncStream<String>? = { _ in nil },
        _ body: @escaping @Sendable (KubeletStub, KubernetesClient) async throws -> Void
    ) async throws {
        let authority = try TestAuthority(name: "test")
        let script = KubeletStub.Script(protocols: protocols, process: script, log: log)
        try await KubeletStub.serve(script, identity: try authority.issue("server")) { stub, port in
            let client = try KubernetesClient(
                KubernetesConfiguration(
                    server: ServerAddress("https://127.0.0.1:\(port)"),
                    certificateAuthority: .value(Secret([UInt8](authority.certificatePEM.utf8)))), logger: quiet)
            try await body(stub, client)
            try await client.shutdown()
        }
    }

    @Test("What a process writes and its exit code arrive, and the call names command, container and streams")
    func output() async throws {
        try await play { process in
            try await process.send(1, [])
            try await process.send(1, "out")
            try await process.send(2, "err")
            try await process.end(3)
        } _: { stub, client in
            let seen = Collected<SessionOutput>()
            let code = try await client.withPodStream(to: Self.process) { stream in
                try await stream.relay { seen.add($0) }
            }
            #expect(code == 3)
            #expect(seen.all == [.standardOutput(Array("out".utf8)), .standardError(Array("err".utf8))])
            let call = try #require(stub.log.first)
            #expect(call.path == "/api/v1/namespaces/n/pods/p/exec")
            #expect(call.values("command") == ["sh", "-c", "echo a b"])
            #expect(call.values("container") == ["c"] && call.values("tty") == ["false"])
            #expect(call.values("stdin") == ["true"] && call.values("stderr") == ["true"])
        }
    }

    @Test(
        "Input, its end and the terminal's size reach the process; an older server isn't told of the end",
        arguments: [true, false])
    func input(isNew: Bool) async throws {
        let got = Collected<String>()
        try await play(protocols: isNew ? ["v5.channel.k8s.io"] : ["v4.channel.k8s.io"]) { process in
            for _ in 0..<(isNew ? 3 : 2) {
                guard let message = await process.receive() else { return }
                got.add("\(message.channel) \(String(decoding: message.bytes, as: UTF8.self))")
            }
            try await process.end(0)
        } _: { _, client in
            let code = try await client.withPodStream(to: Self.process) { stream in
                #expect(stream.canEndInput == isNew)
                try await stream.resize(TerminalSize(columns: 80, rows: 24))
                try await stream.write(Array("hi".utf8))
                try await stream.endInput()
                return try await stream.relay { _ in }
            }
            #expect(code == 0)
            #expect(got.all == ["4 {\"Width\":80,\"Height\":24}", "0 hi"] + (isNew ? ["255 \0"] : []))
        }
    }

    @Test("A large input and output pass whole and in order")
    func large() async throws {
        let bytes = (0..<(1 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        try await play { process in
            var count = 0
            while count < bytes.count, let message = await process.receive() {
                count += message.bytes.count
                try await process.send(1, message.bytes)
            }
            try await process.end(0)
        } _: { _, client in
            let seen = Collected<[UInt8]>()
            _ = try await client.withPodStream(to: Self.process) { stream in
                async let writing: Void = stream.write(bytes)
                let code = try await stream.relay { if case .standardOutput(let piece) = $0 { seen.add(piece) } }
                try await writing
                return code
            }
            #expect(Array(seen.all.joined()) == bytes)
        }
    }

    @Test("A connection that ends without a status is a failure, and so is a server of other protocols")
    func lost() async throws {
        try await play {
            try await $0.send(1, "x")
        } _: { _, client in
            let failure = await streamFailure(client)
            #expect(failure?.reason == .unreachable, "\(String(describing: failure))")
        }
        try await play(protocols: []) { _ in
        } _: { _, client in
            #expect(await streamFailure(client)?.reason == .notServed)
        }
    }

    @Test("What can't be started says why")
    func notStarted() async throws {
        try await play { process in
            try await process.send(3, #"{"status":"Failure","reason":"InternalError","message":"no such file: nope"}"#)
        } _: { _, client in
            #expect(await streamFailure(client)?.message.contains("no such file: nope") == true)
        }
    }

    @Test("A refusal comes as the API server gives it, and a token is not repeated")
    func refused() async throws {
        let credentials = KubernetesCredentials(token: .value(Secret("fake-token")))
        try await serve(credentials: credentials) { _ in
            .failure(403, "Forbidden", "pods is forbidden")
        } _: { stub, client in
            let failure = await streamFailure(client)
            #expect(failure?.reason == .forbidden && failure?.message.contains("pods is forbidden") == true)
            #expect(failure?.message.contains("fake-token") == false)
            #expect(stub.log.first?.header("Authorization") == ["Bearer fake-token"])
        }
    }

    @Test("A log comes piece by piece, also after a silence longer than a watch may have")
    func log() async throws {
        try await play { _ in
        } log: { call in
            AsyncStream { feed in
                feed.yield("tail \(call.values("tailLines").joined()) \(call.values("follow").joined())\n")
                feed.finish()
            }
        } _: { _, client in
            var text = ""
            let log = try await client.podLog("p", in: "n", container: "c", follow: true, tail: 5)
            for try await piece in log { text += String(decoding: piece, as: UTF8.self) }
            #expect(text == "tail 5 true\n")
        }
    }

    private func streamFailure(_ client: KubernetesClient) async -> KubernetesFailure? {
        do {
            _ = try await client.withPodStream(to: Self.process) { try await $0.relay { _ in } }
            return nil
        } catch {
            return error as? KubernetesFailure
        }
    }
}
