import Foundation
import Glibc
import TestSupport
import Testing

@Suite("The audit records of a running platform, which are shipped", .serialized)
struct PlatformShippingTests {
    @Test("wait while the receiver is away, keep nobody waiting, arrive in the end, and verify there")
    func shipped() async throws {
        let port = Int(try FreePort.take())
        let settings = "auditOTLP: {endpoint: \"http://127.0.0.1:\(port)\"}\n"
        try await PlatformFixture.with(settings: settings) { platform in
            try await platform.makeAgents()
            try await eventually("it is told") {
                try await Self.shipping(platform).contains(/behind .*can't be reached.*wait/)
            }
            #expect(try await platform.probe("one", PlatformFailureTests.request).status == 200)
            try await OTLPReceiver.serve(port: port) { receiver, _ in
                try await eventually("all is well", within: .seconds(60)) {
                    try await Self.shipping(platform).contains("ready")
                }
                #expect(await platform.end(by: SIGTERM) == 0)
                #expect(receiver.complaints == [])
                let lines = try platform.auditText().split(separator: "\n").map(String.init)
                #expect(receiver.records.map(\.line) == lines)
                try await Self.verify(receiver.export, platform)
            }
        }
    }

    /// The line of `palana status`, which succeeds.
    private static func shipping(_ platform: PlatformFixture) async throws -> Substring {
        let status = try await platform.palana("status")
        #expect(status.status == 0, "\(status)")
        return try #require(status.output.split(separator: "\n").first { $0.hasPrefix("audit shipping") })
    }

    private static func verify(_ export: Data, _ platform: PlatformFixture) async throws {
        let folder = platform.folder.path("received")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let file = "\(folder)/logs.json"
        try export.write(to: URL(fileURLWithPath: file))
        for place in [file, folder, platform.folder.path] {
            let verified = try await platform.palana("audit", "verify", place)
            #expect(verified.status == 0 && verified.output.hasPrefix("sound: "), "\(verified)")
        }
        let edited = String(decoding: export, as: UTF8.self)
            .replacing("api.e2e.test", with: "api.evil.test", maxReplacements: 1)
        try Data(edited.utf8).write(to: URL(fileURLWithPath: file))
        let refused = try await platform.palana("audit", "verify", file)
        #expect(refused.status == 1 && refused.output.contains("edited"), "\(refused)")
    }
}
