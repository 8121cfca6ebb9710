import AuditLog
import Foundation
import Glibc
import PalanaCore
import Testing

@Suite struct AuditRecoveryTests {
    @Test func `a last line that is torn at any byte is cut off, marked, and the chain goes on`() async throws {
        let source = AuditFixture()
        defer { source.remove() }
        let log = try source.open()
        try await log.record(.sample(1))
        try await log.record(.sample(2))
        let (_, bytes) = try #require(try source.files.first)
        let name = try #require(try source.folder.segments().first)
        let last = try #require(bytes.split(separator: 0x0A).last)
        for length in 1..<(last.count + 1) {
            let fixture = AuditFixture()
            defer { fixture.remove() }
            try FileManager.default.createDirectory(atPath: fixture.folder.path, withIntermediateDirectories: true)
            for key in try FileManager.default.contentsOfDirectory(atPath: source.folder.path)
            where key.hasSuffix(".pem") {
                try FileManager.default.copyItem(
                    atPath: source.folder.path + "/" + key, toPath: fixture.folder.path + "/" + key)
            }
            let torn = bytes.prefix(last.startIndex + length)
            try fixture.replace(fixture.folder.path + "/" + name.fileName, with: torn)
            try await fixture.write([.sample(3)])
            let result = try fixture.verify()
            #expect(result.problem == nil, "torn at \(length)")
            #expect(try fixture.actions.suffix(5) == ["records-lost", "opened", "checkpoint", "egress", "checkpoint"])
        }
        try log.close()
    }

    @Test func `a process that is killed at work leaves a log that goes on`() async throws {
        let fixture = AuditFixture { $0.fileBytes = 64 << 10 }
        defer { fixture.remove() }
        let path = fixture.folder.path
        for _ in 0..<3 {
            await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
                let log = try AuditFixture(at: path) { $0.fileBytes = 64 << 10 }.open()
                await withTaskGroup(of: Void.self) { group in
                    for caller in 0..<8 {
                        group.addTask {
                            for number in 0..<200 {
                                do {
                                    try await log.record(.sample(number))
                                } catch {
                                    exit(1)
                                }
                                if caller == 3, number == 150 { kill(getpid(), SIGKILL) }
                            }
                        }
                    }
                }
            }
        }
        try await fixture.write([.sample()])
        let result = try fixture.verify()
        #expect(result.problem == nil)
        #expect(result.chains.map(\.boots) == [4])
        // What was confirmed before each kill is there: caller 3 had at least 150 records of its own.
        #expect(result.records > 3 * 150)
    }

    @Test func `a damaged last line stays for verify to name, and the chain goes on in a new file`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([.sample(1)])
        let (path, bytes) = try #require(try fixture.files.first)
        var damaged = bytes
        damaged[bytes.count - 100] ^= 1
        try fixture.replace(path, with: damaged)
        try await fixture.write([.sample(2)])
        #expect(try fixture.files.count == 2)
        #expect(try fixture.files.first?.bytes == damaged)
        let problem = try #require(try fixture.verify().problem)
        #expect(problem.file == path)
        #expect(problem.line == 4)
    }

    @Test func `a log without one intact line is not gone on with`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([.sample(1)])
        let (path, _) = try #require(try fixture.files.first)
        try fixture.replace(path, with: Array("garbage\n".utf8))
        #expect(throws: AuditFailure.self) { try fixture.open() }
    }

    @Test func `a key that is none is refused`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        try await fixture.write([])
        try fixture.replace(fixture.folder.path + "/private/checkpoint-key.pem", with: Array("no key".utf8))
        #expect(throws: AuditFailure.self) { try fixture.open() }
    }
}
