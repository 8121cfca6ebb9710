import Foundation
import LocalPlatform
import NIOHTTP1
import PalanaCore
import TestSupport
import Testing
import VaultClient

@Suite("Secrets in the platform's OpenBao", .serialized)
struct SecretStoreTests {
    private static let value = "fake-value-4f1d77c0b9aa"

    @Test("A secret outlives an orderly restart and kill -9")
    func outlivesRestarts() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { reader, writer in
                try await writer.write(Secret(Self.value), to: .test("TOKEN"))
                for end in [fixture.process.stop, fixture.process.kill] {
                    end()
                    try await fixture.start()
                    #expect(try await reader.read(.test("TOKEN")).exposed == Self.value)
                }
            }
        }
    }

    @Test("Writing again replaces the value, and nothing is left of the old version; removing removes all")
    func replacesAndRemoves() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { reader, writer in
                for mode in SecretMode.allCases {
                    let secret = SecretReference.test("TOKEN", mode)
                    try await writer.write(Secret("fake-old"), to: secret)
                    try await writer.write(Secret(Self.value), to: secret)
                    #expect(try await reader.read(secret).exposed == Self.value)
                }
                try await fixture.client(.gatewayProxy) { client -> Void in
                    await #expect(throws: VaultFailure.self) {
                        _ = try await client.send(
                            VaultRequest(.GET, "kv/data/proxy-secrets/user-alice/demo/TOKEN?version=1"))
                    }
                }
                try await writer.remove(.test("TOKEN"))
                await #expect(throws: SecretFailure.missing(Self.missingSentence)) {
                    _ = try await reader.read(.test("TOKEN"))
                }
                #expect(try await reader.read(.test("TOKEN", .agent)).exposed == Self.value)
            }
        }
    }

    private static let missingSentence =
        "Secret alice/demo/TOKEN: The vault has nothing at kv/data/proxy-secrets/user-alice/demo/TOKEN: "
        + "add the secret first."

    @Test(
        "After its token was revoked a client logs in again by itself, and a stopped vault is unavailable until then"
    )
    func comesBack() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { _, writer in try await writer.write(Secret(Self.value), to: .test("TOKEN")) }
            try await fixture.client(.gatewayProxy) { client in
                let reader = VaultSecretReader(proxy: client, agents: client, user: { "user-\($0)" })
                _ = try await reader.read(.test("TOKEN"))
                _ = try await client.send(VaultRequest(.POST, "auth/token/revoke-self", json: [String: String]()))
                #expect(try await reader.read(.test("TOKEN")).exposed == Self.value)
                fixture.process.kill()
                let failure = await #expect(throws: SecretFailure.self) { try await reader.read(.test("TOKEN")) }
                guard case .unavailable(let sentence) = failure else { throw try #require(failure) }
                #expect(sentence.contains("can't be reached"))
                #expect(sentence.contains(fixture.layout.socket.path))
                try await fixture.start()
                #expect(try await reader.read(.test("TOKEN")).exposed == Self.value)
            }
        }
    }

    @Test("No value is in any file or in the log, in plain or base64")
    func noValueOnDisk() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { reader, writer in
                try await writer.write(Secret(Self.value), to: .test("TOKEN"))
                _ = try await reader.read(.test("TOKEN"))
            }
            fixture.process.stop()
            let needles = [Data(Self.value.utf8), Data(Data(Self.value.utf8).base64EncodedString().utf8)]
            var searched = 0
            for file in try FileManager.default.subpathsOfDirectory(atPath: fixture.folder.path) {
                guard let data = FileManager.default.contents(atPath: "\(fixture.folder.path)/\(file)") else {
                    continue
                }
                searched += data.count
                for needle in needles { #expect(data.range(of: needle) == nil, "\(file)") }
            }
            #expect(searched > 1 << 20, "the store itself was searched")
        }
    }

    @Test("A read takes a few milliseconds")
    func isQuick() async throws {
        try await OpenBaoFixture.running { fixture in
            try await fixture.secrets { reader, writer in
                try await writer.write(Secret(Self.value), to: .test("TOKEN"))
                var times: [Duration] = []
                for _ in 0..<200 {
                    times.append(try await ContinuousClock().measure { _ = try await reader.read(.test("TOKEN")) })
                }
                let median = times.sorted()[100]
                print("KV read p50: \(median)")
                #expect(median < .milliseconds(25))
            }
        }
    }
}
