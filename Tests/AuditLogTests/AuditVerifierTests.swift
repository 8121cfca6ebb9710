import AuditLog
import Foundation
import PalanaCore
import Testing

@Suite struct AuditVerifierTests {
    @Test func `an edit of any single byte is found, in its line or the next`() async throws {
        let fixture = AuditFixture { $0.checkpointEvery = 4 }
        defer { fixture.remove() }
        try await fixture.write([.sample(1), .sample(2)])
        let (path, bytes) = try #require(try fixture.files.first)
        #expect(try fixture.verify().problem == nil)
        var line = 1
        for index in bytes.indices {
            var edited = bytes
            edited[index] ^= UInt8([1, 2, 4, 8, 16, 32, 64, 128][index % 8])
            try fixture.replace(path, with: edited)
            let problem = try fixture.verify().problem
            #expect(problem?.line == line, "byte \(index)")
            if bytes[index] == 0x0A { line += 1 }
        }
    }

    @Test func `a removed line is found`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let problem = try await problem(after: fixture) { $0.remove(at: 4) }
        #expect(problem.kind == .removed)
        #expect(problem.line == 5)
        #expect(problem.sentence.contains(":5: record 5 is missing before it"))
    }

    @Test func `a doubled line is found`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let problem = try await problem(after: fixture) { $0.insert($0[4], at: 5) }
        #expect(problem.kind == .outOfOrder)
        #expect(problem.line == 6)
    }

    @Test func `lines that changed places are found`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let problem = try await problem(after: fixture) { $0.swapAt(4, 5) }
        #expect(problem.line == 5)
    }

    @Test(arguments: ["{}", "", "null", "\u{0}", #"{"unmapped":{"chain":{"boot":"0"}}}"#])
    func `a line that is none of ours is found`(text: String) async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let problem = try await problem(after: fixture) { $0.insert(Array(text.utf8)[...], at: 5) }
        #expect(problem.kind == .edited)
        #expect(problem.line == 6)
    }

    @Test func `a line that was replaced by one with a seal of its own is found`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let other = AuditFixture()
        defer { other.remove() }
        try await other.write((0..<10).map { .sample($0) })
        let foreign = try #require(try other.files.first).bytes.split(separator: 0x0A)
        let problem = try await problem(after: fixture) { $0[4] = foreign[4] }
        #expect(problem.kind == .replaced)
        #expect(problem.line == 5)
    }

    /// Writes ten events, changes the lines, verifies.
    private func problem(
        after fixture: AuditFixture, _ change: (inout [ArraySlice<UInt8>]) -> Void
    ) async throws -> AuditVerification.Problem {
        try await fixture.write((0..<10).map { .sample($0) })
        let (path, bytes) = try #require(try fixture.files.first)
        var lines = bytes.split(separator: 0x0A)
        change(&lines)
        try fixture.replace(path, with: lines.flatMap { $0 + [0x0A] })
        return try #require(try fixture.verify().problem)
    }

    @Test func `a whole log that was rewritten by somebody without the key is found`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([.sample()])
        let keys = try fixture.folder.publishedKeys()
        let forger = AuditFixture()
        defer { forger.remove() }
        try await forger.write([.sample()])
        let result = try AuditVerifier(keys: keys).verify(forger.folder)
        #expect(result.problem?.kind == .checkpoint)
        #expect(result.problem?.sentence.contains("isn't among those given") == true)
    }

    @Test func `records that no checkpoint covers for too long are found`() async throws {
        let fixture = AuditFixture { $0.checkpointEvery = 1_000 }
        defer { fixture.remove() }
        try await fixture.write((0..<60).map { .sample($0) })
        let strict = AuditVerifier(keys: try fixture.folder.publishedKeys(), checkpointEvery: 10)
        #expect(try strict.verify(fixture.folder).problem?.kind == .unsigned)
    }

    @Test func `a cut tail is found against the checkpoint beside the files`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let problem = try await problem(after: fixture) { $0.removeLast(2) }
        #expect(problem.kind == .cutTail)
    }

    @Test func `a cut tail is found against an anchor from outside, and without one is said to be possible`()
        async throws
    {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        for number in 0..<5 { try await log.record(.sample(number)) }
        try log.close()
        let head = log.status.head
        #expect(try fixture.verify(head: head).chains.map(\.tail) == [.anchored])
        try FileManager.default.removeItem(atPath: fixture.folder.path + "/head-local.json")
        let (path, bytes) = try #require(try fixture.files.first)
        try fixture.replace(path, with: bytes.split(separator: 0x0A).dropLast(2).flatMap { $0 + [0x0A] })
        #expect(try fixture.verify().problem == nil)
        #expect(try fixture.verify().chains.map(\.tail) == [.notAnchored])
        #expect(try fixture.verify(head: head).problem?.kind == .cutTail)
    }

    @Test(arguments: [0, 1])
    func `a file that is missing at the beginning or in between is found`(index: Int) async throws {
        let fixture = AuditFixture { $0.fileBytes = 4_096 }
        defer { fixture.remove() }
        try await fixture.write((0..<30).map { .sample($0) })
        let files = try fixture.files
        try FileManager.default.removeItem(atPath: files[index].path)
        let problem = try #require(try fixture.verify().problem)
        #expect(problem.kind == .missingFile)
        #expect(problem.file == files[index + 1].path)
    }

    @Test func `one file from the middle verifies by itself`() async throws {
        let fixture = AuditFixture { $0.fileBytes = 4_096 }
        defer { fixture.remove() }
        try await fixture.write((0..<30).map { .sample($0) })
        let verifier = AuditVerifier(keys: try fixture.folder.publishedKeys())
        let result = try verifier.verify(file: try fixture.files[1].path)
        #expect(result.problem == nil)
        #expect(try #require(result.chains.first).firstSequence > 1)
    }

    @Test func `an export that mixes the chains of several replicas verifies, and an edit in it is found`() async throws
    {
        let one = AuditFixture { $0.replica = "one" }
        defer { one.remove() }
        let two = AuditFixture(at: one.folder.path) { $0.replica = "two" }
        let logs = [try one.open(), try two.open()]
        for number in 0..<20 { try await logs[number % 2].record(.sample(number)) }
        for log in logs { try log.close() }
        #expect(try one.verify().chains.map(\.replica) == ["one", "two"])
        let lines = try one.files.map { $0.bytes.split(separator: 0x0A) }
        let mixed = zip(lines[0], lines[1]).flatMap { [$0, $1] }
        let export = one.folder.path + "/export"
        try one.replace(export, with: mixed.flatMap { $0 + [0x0A] })
        let verifier = AuditVerifier(keys: try one.folder.publishedKeys())
        #expect(try verifier.verify(file: export).problem == nil)
        try one.replace(export, with: (mixed[..<6] + mixed[7...]).flatMap { $0 + [0x0A] })
        #expect(try verifier.verify(file: export).problem?.kind == .removed)
    }

    @Test func `an endless line is refused in bounded memory`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([.sample()])
        let (path, bytes) = try #require(try fixture.files.first)
        try fixture.replace(path, with: bytes + [UInt8](repeating: 0x20, count: 3 << 20))
        #expect(try fixture.verify().problem?.kind == .torn)
    }

    @Test func `an empty folder is no sound log`() throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try FileManager.default.createDirectory(atPath: fixture.folder.path, withIntermediateDirectories: true)
        #expect(throws: AuditFailure.self) { try fixture.verify() }
    }

    @Test(.timeLimit(.minutes(2))) func `a hundred thousand records verify while they are being written`() async throws
    {
        let fixture = AuditFixture { $0.fileBytes = 16 << 20 }
        defer { fixture.remove() }
        let log = try fixture.open()
        let written = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    for number in 0..<2_000 { try await log.record(.sample(number)) }
                    return 2_000
                }
            }
            group.addTask {
                let midway = try fixture.verify()
                #expect(midway.problem == nil)
                return 0
            }
            return try await group.reduce(0, +)
        }
        try log.close()
        let result = try fixture.verify()
        #expect(result.problem == nil)
        #expect(result.records > written)
        #expect(result.checkpoints > 100)
    }
}
