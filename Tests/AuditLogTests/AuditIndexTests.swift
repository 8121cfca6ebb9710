import AuditLog
import Foundation
import PalanaCore
import Testing

@Suite struct AuditIndexTests {
    @Test func `a query finds what fits, oldest first`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write(events)
        let index = AuditIndex(fixture.folder)
        func paths(_ change: (inout AuditQuery) -> Void) async throws -> [String] {
            var query = AuditQuery()
            query.kind = "decision"
            change(&query)
            return try await index.query(query).compactMap(\.row.path)
        }
        #expect(try await paths { _ in } == ["/items/0", "/items/1", "/items/2", "/items/3"])
        #expect(try await paths { $0.limit = 2 } == ["/items/2", "/items/3"])
        #expect(try await paths { $0.agent = "other" } == ["/items/1"])
        #expect(
            try await paths { $0.agent = "agent-alice-demo-0123456789" } == [
                "/items/0", "/items/1", "/items/2", "/items/3",
            ])
        #expect(try await paths { $0.owner = "bob@example.com" } == ["/items/2"])
        #expect(try await paths { $0.host = "*.example.com" } == ["/items/0", "/items/1", "/items/2"])
        #expect(try await paths { $0.host = "example.com" } == [])
        #expect(try await paths { $0.host = "git.example.org" } == ["/items/3"])
        #expect(try await paths { $0.outcome = "denied" } == ["/items/3"])
        #expect(try await paths { $0.code = "denied_by_policy" } == ["/items/3"])
        #expect(try await paths { $0.decisionID = events[1].decisionID?.rawValue } == ["/items/1"])
        #expect(try await paths { $0.since = time(1) } == ["/items/1", "/items/2", "/items/3"])
        #expect(try await paths { $0.until = time(1) } == ["/items/0"])
        #expect(try await paths { $0.owner = "' OR 1=1 --" } == [])
    }

    private func time(_ number: Int) -> Date {
        Date(timeIntervalSince1970: 1_800_000_000 + Double(number))
    }

    private let events: [AuditEvent] = {
        var events = (0..<4).map { AuditEvent.sample($0, host: $0 == 3 ? "git.example.org" : "api.example.com") }
        for index in events.indices { events[index].time = Date(timeIntervalSince1970: 1_800_000_000 + Double(index)) }
        events[1].agentName = "other"
        events[2].owner = "bob@example.com"
        events[3].outcome = .denied
        events[3].code = .deniedByPolicy
        return events
    }()

    @Test func `an index that feeds itself in small shares still answers in full`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write((0..<50).map { .sample($0) })
        let index = AuditIndex(fixture.folder, interval: .milliseconds(5), share: 3)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await index.run() }
            #expect(try await decisions(index) == 50)
            try await fixture.write((50..<60).map { .sample($0) })
            #expect(try await decisions(index) == 60)
            group.cancelAll()
        }
    }

    @Test(arguments: ["missing", "garbage", "half", "older"])
    func `an index that is gone, corrupt or behind is built anew from the files`(state: String) async throws {
        let fixture = AuditFixture { $0.fileBytes = 8_192 }
        defer { fixture.remove() }
        try await fixture.write((0..<20).map { .sample($0) })
        var index: AuditIndex? = AuditIndex(fixture.folder)
        #expect(try await decisions(index) == 20)
        index = nil
        let path = fixture.folder.index
        switch state {
        case "missing":
            for suffix in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: path + suffix) {
                try FileManager.default.removeItem(atPath: path + suffix)
            }
        case "garbage": try fixture.replace(path, with: Array("this is no database, only words".utf8))
        case "half":
            let bytes = try Data(contentsOf: URL(filePath: path))
            try fixture.replace(path, with: bytes.prefix(bytes.count / 2))
        default: break
        }
        try await fixture.write((0..<5).map { .sample($0) })
        #expect(try await decisions(AuditIndex(fixture.folder)) == 25)
    }

    @Test func `an index about other files is built anew`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write((0..<20).map { .sample($0) })
        #expect(try await decisions(AuditIndex(fixture.folder)) == 20)
        for file in try fixture.files { try FileManager.default.removeItem(atPath: file.path) }
        try FileManager.default.removeItem(atPath: fixture.folder.path + "/head-local.json")
        try await fixture.write((0..<3).map { .sample($0) })
        #expect(try await decisions(AuditIndex(fixture.folder)) == 3)
    }

    private func decisions(_ index: AuditIndex?) async throws -> Int {
        var query = AuditQuery()
        query.kind = "decision"
        query.limit = 1_000
        return try await #require(index).query(query).count
    }

    @Test func `a query sees what was recorded just before`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        let index = AuditIndex(fixture.folder)
        for number in 1...5 {
            try await log.record(.sample(number))
            #expect(try await decisions(index) == number)
        }
        try log.close()
    }

    @Test func `a tail begins with the last records and follows the log over rotations and restarts`() async throws {
        let fixture = AuditFixture { $0.fileBytes = 4_096 }
        defer { fixture.remove() }
        try await fixture.write((0..<10).map { .sample($0) })
        let before = try fixture.records.count
        var tail = AuditTail(fixture.folder, last: 12, interval: .milliseconds(5)).makeAsyncIterator()
        var seen: [Int] = []
        for _ in 0..<12 { seen.append(try #require(try await tail.next()).row.sequence) }
        #expect(seen == Array((before - 11)...before))
        try await fixture.write((0..<10).map { .sample($0) })
        let after = try fixture.records.count
        for _ in before..<after { seen.append(try #require(try await tail.next()).row.sequence) }
        #expect(seen == Array((before - 11)...after))
    }
}
