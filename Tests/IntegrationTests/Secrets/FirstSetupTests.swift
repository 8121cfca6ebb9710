import Foundation
import LocalPlatform
import Logging
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("Setting up the platform's OpenBao", .serialized)
struct FirstSetupTests {
    @Test("A set-up cut off by kill -9 after the vault was initialised is made anew at the next start")
    func interrupted() async throws {
        try await OpenBaoFixture.prepared { fixture in
            try fixture.process.start()
            try await Self.initialise(fixture)
            fixture.process.kill()
            try await fixture.start()
            try await Self.expectWorking(fixture)
        }
    }

    @Test("A set-up that fails because the folder can't be written leaves a store that the next start makes anew")
    func failed() async throws {
        try await OpenBaoFixture.prepared { fixture in
            try FileManager.default.removeItem(at: fixture.layout.roles)
            try fixture.process.start()
            let failure = await #expect(throws: VaultFailure.self) { _ = try await fixture.ready() }
            #expect(failure?.description.contains(fixture.layout.folder.path) == true)
            fixture.process.kill()
            try await fixture.start()
            try await Self.expectWorking(fixture)
        }
    }

    @Test("A store that holds secrets is never made anew, whatever else is missing")
    func neverDiscarded() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { _, writer in try await writer.write(Secret("fake-kept"), to: .test("TOKEN")) }
            fixture.process.stop()
            let aside = fixture.folder.appending(path: "aside")
            for missing in ["roles", "seal.key", "raft"] {
                let item = fixture.layout.folder.appending(path: missing)
                try FileManager.default.moveItem(at: item, to: aside)
                let failure = await #expect(throws: VaultFailure.self) { _ = try await fixture.start() }
                #expect(failure?.description.contains(missing) == true)
                fixture.process.stop()
                try FileManager.default.moveItem(at: aside, to: item)
            }
            try await fixture.start()
            try await fixture.secrets { reader, _ in
                let value = try await reader.read(.test("TOKEN"))
                #expect(value.exposed == "fake-kept")
            }
        }
    }

    @Test("A store whose set-up ended just before the mark went away is kept")
    func cutOffAtTheEnd() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { _, writer in try await writer.write(Secret("fake-kept"), to: .test("TOKEN")) }
            fixture.process.stop()
            try PrivateFile.write(Data(), to: fixture.layout.folder.appending(path: "unfinished"))
            try await fixture.start()
            try await fixture.secrets { reader, _ in
                let value = try await reader.read(.test("TOKEN"))
                #expect(value.exposed == "fake-kept")
            }
        }
    }

    @Test("With another seal key it says that the vault is sealed, and with the right one all is back")
    func wrongSealKey() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { _, writer in try await writer.write(Secret("fake-kept"), to: .test("TOKEN")) }
            fixture.process.stop()
            let file = fixture.layout.folder.appending(path: "seal.key")
            let key = try Data(contentsOf: file)
            try PrivateFile.write(Data(repeating: 7, count: 32), to: file)
            let prepared = try OpenBaoStore(layout: fixture.layout).prepare(program: OpenBaoFixture.bao())
            #expect(prepared.arguments.count == 2)
            try fixture.process.start()
            await #expect(throws: VaultFailure.self) { _ = try await fixture.ready(deadline: .seconds(2)) }
            fixture.process.kill()
            try PrivateFile.write(key, to: file)
            try await fixture.start()
            try await fixture.secrets { reader, _ in
                let value = try await reader.read(.test("TOKEN"))
                #expect(value.exposed == "fake-kept")
            }
        }
    }

    @Test("Before the set-up every call is refused as sealed")
    func sealed() async throws {
        try await OpenBaoFixture.prepared { fixture in
            try fixture.process.start()
            let client = try VaultClient(
                configuration: fixture.configuration,
                role: VaultAppRole(roleID: "fake", secretID: Secret("fake")), logger: Logger(label: "test"))
            try await closing(client) { client in
                try await eventually("the vault answers") {
                    do throws(VaultFailure) {
                        _ = try await client.send(VaultRequest(.GET, "kv/data/agents/u/a/S"))
                    } catch {
                        return error == .sealed(path: "auth/approle/login")
                    }
                    return false
                }
            }
        }
    }

    @Test("Running the initialiser again changes nothing")
    func idempotent() async throws {
        try await OpenBaoFixture.running { fixture in
            let before = try Self.contents(of: fixture.layout.folder)
            _ = try await fixture.ready()
            _ = try await fixture.ready()
            #expect(try Self.contents(of: fixture.layout.folder) == before)
        }
    }

    @Test("The socket and the files with keys are 0600, the folders 0700, and nothing else is left lying about")
    func modes() async throws {
        try await OpenBaoFixture.running { fixture in
            let private600 =
                ["bao.sock", "seal.key", "recovery.key", "openbao.json"]
                + VaultRole.onOneMachine.flatMap { ["roles/\($0.rawValue).role-id", "roles/\($0.rawValue).secret-id"] }
            for name in private600 {
                #expect(PrivateFile.mode(of: fixture.layout.folder.appending(path: name)) == 0o600, "\(name)")
            }
            for name in ["", "roles", "raft"] {
                #expect(PrivateFile.mode(of: fixture.layout.folder.appending(path: name)) == 0o700, "\(name)")
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: fixture.layout.folder.path)
            #expect(Set(names) == ["bao.sock", "seal.key", "recovery.key", "openbao.json", "roles", "raft"])
        }
    }

    @Test("On TCP it listens on loopback alone, and there it answers nobody")
    func closedPorts() async throws {
        try await OpenBaoFixture.running { fixture in
            let pid = try #require(fixture.process.pid)
            let ports = try ListeningSockets.of(pid: pid)
            #expect(ports.count <= 2)
            #expect(ports.allSatisfy { $0.address == "0100007F" }, "127.0.0.1 in the kernel's spelling")
            for port in ports {
                for scheme in ["http", "https"] {
                    let reply = try await Curl.status("\(scheme)://127.0.0.1:\(port.number)/v1/sys/health")
                    #expect(reply == "000", "no HTTP status at all from port \(port.number)")
                }
            }
            try await Self.expectWorking(fixture)
        }
    }

    private static func initialise(_ fixture: OpenBaoFixture) async throws {
        var configuration = fixture.configuration
        configuration.requestTimeout = .seconds(20)
        let transport = try VaultTransport(configuration)
        try await eventually("the vault is initialised") {
            let request = try VaultRequest(.PUT, "sys/init", json: ["recovery_shares": 1, "recovery_threshold": 1])
            do throws(VaultFailure) {
                _ = try await transport.send(request)
                return true
            } catch {
                guard case .unreachable = error else { throw error }
                return false
            }
        }
        try await transport.shutdown()
    }

    private static func expectWorking(_ fixture: OpenBaoFixture) async throws {
        try await fixture.secrets { reader, writer in
            try await writer.write(Secret("fake-value"), to: .test("TOKEN"))
            #expect(try await reader.read(.test("TOKEN")).exposed == "fake-value")
        }
    }

    /// All but the store itself, which lives.
    private static func contents(of folder: URL) throws -> [String: Data] {
        var contents: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder.path) where !name.hasPrefix("raft/") {
            contents[name] = FileManager.default.contents(atPath: folder.appending(path: name).path)
        }
        return contents
    }
}
