import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import LocalPlatform

@Suite("The range of users")
struct UserRangeTests {
    @Test("gives each agent a user of its own and remembers it")
    func remembers() throws {
        let folder = try TemporaryFolder()
        let (a, b) = (AgentID(rawValue: "agent-a"), AgentID(rawValue: "agent-b"))
        let range = try UserRange(path: folder.path("users.json"))
        #expect(try range.user(for: a) == 2_000_000_000)
        #expect(try range.user(for: b) == 2_000_000_001)
        let later = try UserRange(path: folder.path("users.json"))
        #expect(try later.user(for: b) == 2_000_000_001)
        #expect(try later.user(for: AgentID(rawValue: "agent-c")) == 2_000_000_002)
    }

    @Test("refuses a damaged record rather than give a user out twice")
    func damaged() throws {
        let folder = try TemporaryFolder()
        try Data("{".utf8).write(to: URL(filePath: folder.path("users.json")))
        #expect(throws: SandboxError.self) { try UserRange(path: folder.path("users.json")) }
    }
}
