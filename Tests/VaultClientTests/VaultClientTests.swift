import Logging
import NIOHTTP1
import PalanaCore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing
import VaultClient

@Suite("The vault's client against a vault that misbehaves")
struct VaultClientTests {
    private static let path = "kv/data/proxy-secrets/alice/demo/TOKEN"
    private static let secret = SecretReference(owner: "alice", agent: "demo", name: "TOKEN", mode: .proxy)
    private static let role = VaultAppRole(roleID: "fake-role", secretID: Secret("fake-secret-id"))

    private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func client(
        _ address: String, timeout: Duration = .seconds(2), clock: VaultClock = .continuous
    ) throws -> VaultClient {
        let configuration = VaultConfiguration(
            address: try VaultAddress(address), namespace: "team", requestTimeout: timeout)
        return try VaultClient(
            configuration: configuration, role: role, logger: quiet, clock: clock)
    }

    /// Serves logins itself, everything else by `answer`.
    private static func serve(
        timeout: Duration = .seconds(2), _ answer: @escaping @Sendable (VaultStub.Request) async -> VaultStub.Answer,
        _ body: @escaping @Sendable (VaultStub, VaultClient) async throws -> Void
    ) async throws {
        try await VaultStub.serve { request in
            request.path.hasSuffix("/login") ? .grant("fake-token", seconds: 900) : await answer(request)
        } _: { stub, address in
            let client = try client(address, timeout: timeout)
            do {
                try await body(stub, client)
            } catch {
                try await client.close()
                throw error
            }
            try await client.close()
        }
    }

    private static func read(_ client: VaultClient) async throws(SecretFailure) -> Secret<String> {
        try await VaultSecretReader(proxy: client, agents: client, user: { $0 }).read(secret)
    }

    @Test(
        "Each bad answer is told apart",
        arguments: [
            (404, VaultFailure.missing(path: path)), (503, .sealed(path: path)),
            (500, .notReady(path: path, status: 500)),
            (473, .notReady(path: path, status: 473)), (307, .notReady(path: path, status: 307)),
            (400, .refused(path: path, status: 400)),
        ])
    func statuses(_ status: Int, _ expected: VaultFailure) async throws {
        try await Self.serve(timeout: .seconds(2)) { _ in
            VaultStub.Answer(status, #"{"errors":["fake-leak"]}"#)
        } _: { stub, client in
            await #expect(throws: expected) { _ = try await client.send(VaultRequest(.GET, Self.path)) }
            #expect(!expected.description.contains("fake-leak"))
            #expect(stub.count(of: "elsewhere") == 0, "no redirect is followed")
        }
    }

    @Test(
        "An answer that isn't what the API promises is unavailable or missing, never a value",
        arguments: [
            ("", false), ("no JSON", false), ("[]", false), ("{}", false), (#"{"data":null}"#, false),
            (#"{"data":{"data":null}}"#, true), (#"{"data":{"data":{"other":"x"}}}"#, true),
            (#"{"data":{"data":{"value":7}}}"#, false), (#"{"data":{"data":{"value":"fake-cut"#, false),
            (String(repeating: "x", count: 3 << 20), false),
        ])
    func nonsense(_ body: String, _ isMissing: Bool) async throws {
        try await Self.serve { _ in
            VaultStub.Answer(200, body)
        } _: { _, client in
            let failure = await #expect(throws: SecretFailure.self) { _ = try await Self.read(client) }
            switch failure {
            case .missing(let sentence): #expect(isMissing && sentence.contains(Self.path))
            case .unavailable(let sentence):
                #expect(!isMissing && sentence.contains(Self.path) && !sentence.contains("fake-cut"))
            default: Issue.record("\(String(describing: failure))")
            }
        }
    }

    @Test("A vault that says nothing is given up at the deadline")
    func silence() async throws {
        try await Self.serve(timeout: .milliseconds(1500)) { _ in
            .silence
        } _: { _, client in
            await #expect(throws: VaultFailure.timedOut(path: Self.path, after: .milliseconds(1500))) {
                _ = try await client.send(VaultRequest(.GET, Self.path))
            }
        }
    }

    @Test("A read is repeated while the vault isn't ready, a write never")
    func repeats() async throws {
        let failures = Mutex(2)
        try await Self.serve { request in
            guard request.method == "GET" else { return VaultStub.Answer(500) }
            let fails = failures.withLock { left in
                left -= 1
                return left >= 0
            }
            return fails ? VaultStub.Answer(503) : .secret("fake-value")
        } _: { stub, client in
            let value = try await Self.read(client)
            #expect(value.exposed == "fake-value")
            #expect(stub.count(of: Self.path) == 3)
            await #expect(throws: SecretFailure.self) {
                try await VaultSecretWriter(client: client, user: { $0 }).write(Secret("fake-value"), to: Self.secret)
            }
            #expect(stub.count(of: Self.path) == 4)
        }
    }

    @Test("The namespace and the token go along with each call, and the login carries no token")
    func headers() async throws {
        try await Self.serve { _ in
            .secret("fake-value")
        } _: { stub, client in
            _ = try await Self.read(client)
            #expect(stub.log.map(\.namespace) == ["team", "team"])
            #expect(stub.log.map(\.token) == [nil, "fake-token"])
        }
    }

    @Test("A hundred calls at once make one login; a vault that refuses the login is asked once")
    func noLoginStorm() async throws {
        for status in [200, 400] {
            try await VaultStub.serve { request in
                guard request.path.hasSuffix("/login") else { return .secret("fake-value") }
                return status == 200 ? .grant("fake-token", seconds: 900) : VaultStub.Answer(status)
            } _: { stub, address in
                let client = try Self.client(address)
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<100 { group.addTask { _ = try? await Self.read(client) } }
                }
                #expect(stub.count(of: "auth/approle/login") == 1)
                try await client.close()
            }
        }
    }

    @Test("403 with a living token is forbidden: it is looked up once, and no login follows")
    func forbidden() async throws {
        try await Self.serve { request in
            request.path.hasSuffix("/lookup-self") ? VaultStub.Answer(200) : VaultStub.Answer(403)
        } _: { stub, client in
            for _ in 0..<20 {
                await #expect(throws: VaultFailure.forbidden(path: Self.path)) {
                    _ = try await client.send(VaultRequest(.GET, Self.path))
                }
            }
            #expect(stub.count(of: "auth/token/lookup-self") == 1)
            #expect(stub.count(of: "auth/approle/login") == 1)
        }
    }

    @Test("When the token is gone, fifty calls at once log in again once")
    func tokenGone() async throws {
        let logins = Mutex(0)
        try await VaultStub.serve { request in
            if request.path.hasSuffix("/login") {
                let number = logins.withLock { count in
                    count += 1
                    return count
                }
                return .grant("fake-\(number)", seconds: 900)
            }
            return request.token == "fake-1" && !request.path.hasSuffix("/revoke-self")
                ? VaultStub.Answer(403) : .secret("fake-value")
        } _: { stub, address in
            let client = try Self.client(address)
            await withTaskGroup(of: String?.self) { group in
                for _ in 0..<50 { group.addTask { try? await Self.read(client).exposed } }
                for await value in group { #expect(value == "fake-value") }
            }
            #expect(stub.count(of: "auth/approle/login") == 2)
            try await client.close()
        }
    }

    @Test("The token is renewed at two thirds of its life; when the vault won't, a login takes its place")
    func renewal() async throws {
        let refuses = Mutex(false)
        try await VaultStub.serve { request in
            if request.path.hasSuffix("/renew-self"), refuses.withLock({ $0 }) { return VaultStub.Answer(403) }
            return .grant("fake-token", seconds: 900)
        } _: { stub, address in
            let clock = TestClock()
            let client = try Self.client(address, clock: VaultClock(clock))
            try await withThrowingTaskGroup(of: Void.self) { group in
                let services = ServiceGroup(services: [client], logger: Self.quiet)
                group.addTask { try await services.run() }
                try await eventually { clock.hasSleeper(until: .seconds(600)...(.seconds(600))) }
                clock.advance(by: .seconds(599))
                #expect(stub.count(of: "auth/token/renew-self") == 0)
                clock.advance(by: .seconds(1))
                try await eventually { clock.hasSleeper(until: .seconds(1200)...(.seconds(1200))) }
                #expect(stub.count(of: "auth/token/renew-self") == 1)
                #expect(stub.count(of: "auth/approle/login") == 1)
                refuses.withLock { $0 = true }
                clock.advance(by: .seconds(600))
                try await eventually { clock.hasSleeper(until: .seconds(1800)...(.seconds(1800))) }
                #expect(stub.count(of: "auth/approle/login") == 2)
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
            }
            #expect(stub.count(of: "auth/token/revoke-self") == 1, "given back at the end")
        }
    }
}
