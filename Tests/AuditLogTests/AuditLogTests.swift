import AuditLog
import Foundation
import PalanaCore
import Testing

@Suite struct AuditLogTests {
    @Test func `a log that was written in peace verifies`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write((0..<20).map { .sample($0) })
        let result = try fixture.verify()
        #expect(result.problem == nil)
        #expect(result.records == 23)  // opened, a checkpoint, 20 events, the last checkpoint
        #expect(result.checkpoints == 2)
        #expect(result.chains.map(\.unsigned) == [0])
        #expect(result.chains.map(\.tail) == [.notAnchored])
        #expect(result.summary.contains("tail not anchored"))
    }

    @Test func `the chain goes on over a restart, with another boot id`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([.sample(1)])
        try await fixture.write([.sample(2)])
        let result = try fixture.verify()
        #expect(result.problem == nil)
        #expect(result.chains.map(\.boots) == [2])
        #expect(
            try fixture.actions == [
                "opened", "checkpoint", "egress", "checkpoint", "opened", "checkpoint", "egress", "checkpoint",
            ])
    }

    @Test func `many callers at once get their records into one unbroken chain, checkpoints in between`() async throws {
        let fixture = AuditFixture { $0.checkpointEvery = 50 }
        defer { fixture.remove() }
        let log = try fixture.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for caller in 0..<40 {
                group.addTask {
                    for number in 0..<25 { try await log.record(.sample(caller * 100 + number)) }
                }
            }
            try await group.waitForAll()
        }
        try log.close()
        let result = try fixture.verify()
        #expect(result.problem == nil)
        #expect(try fixture.actions.count { $0 == "egress" } == 1_000)
        #expect(result.checkpoints >= 20)
        // What one caller recorded stands in the order it was recorded.
        let paths = try fixture.records.compactMap {
            (($0["http_request"] as? [String: Any])?["url"] as? [String: Any])?["path"] as? String
        }
        let ofOne = paths.compactMap { Int($0.dropFirst(7)) }.filter { $0 / 100 == 7 }
        #expect(ofOne == Array(700..<725))
    }

    @Test func `files rotate by size, and the chain goes over the border`() async throws {
        let fixture = AuditFixture { $0.fileBytes = 4_096 }
        defer { fixture.remove() }
        try await fixture.write((0..<30).map { .sample($0) })
        #expect(try fixture.files.count > 3)
        let result = try fixture.verify()
        #expect(result.problem == nil)
        #expect(try result.files == fixture.files.count)
    }

    @Test func `a new day begins a new file, and a clock that jumps back breaks nothing`() async throws {
        let clock = TestClock(Date(timeIntervalSince1970: 1_800_000_000))
        let fixture = AuditFixture { $0.now = { clock.now } }
        defer { fixture.remove() }
        let log = try fixture.open()
        for days in [0.0, 1, 2, -3, -2, 400] {
            clock.set(Date(timeIntervalSince1970: 1_800_000_000 + days * 86_400))
            try await log.record(.sample())
        }
        try log.close()
        #expect(try fixture.files.count == 6)
        #expect(try fixture.verify().problem == nil)
    }

    @Test func `a second writer is refused while the first is at work`() throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let first = try fixture.open()
        #expect(throws: AuditFailure.self) { try fixture.open() }
        try first.close()
    }

    @Test func `a closed log refuses records`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        try log.close()
        await #expect(throws: AuditFailure("The audit log is closed")) { try await log.record(.sample()) }
    }

    @Test(arguments: ["", "a/b", "../x", "A", "ü", String(repeating: "a", count: 64)])
    func `a replica id that could not be part of a file name is refused`(replica: String) {
        let fixture = AuditFixture { $0.replica = replica }
        #expect(throws: AuditFailure.self) { try fixture.open() }
    }

    @Test func `folders, files and keys are for their owner alone`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([.sample()])
        let modes = try ["", "/private", "/private/checkpoint-key.pem", "/head-local.json"].map {
            try mode(fixture.folder.path + $0)
        }
        #expect(modes == [0o700, 0o700, 0o600, 0o600])
        for file in try fixture.files { #expect(try mode(file.path) == 0o600) }
    }

    private func mode(_ path: String) throws -> Int {
        try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `the service signs what is new in its interval, and closes when it ends`() async throws {
        let fixture = AuditFixture { $0.checkpointInterval = .milliseconds(10) }
        defer { fixture.remove() }
        let log = try fixture.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await log.run() }
            try await log.record(.sample())
            let deadline = ContinuousClock.now + .seconds(60)
            while log.status.checkpoint?.sequence != 3, ContinuousClock.now < deadline {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(log.status.checkpoint?.sequence == 3)
            group.cancelAll()
            try await group.waitForAll()
        }
        await #expect(throws: AuditFailure.self) { try await log.record(.sample()) }
        #expect(try fixture.verify().chains.map(\.unsigned) == [0])
    }
}
