import AuditLog
import Foundation
import PalanaCore
import Testing

@Suite(.enabled(if: TinyDisk.isPossible, "needs root or user namespaces to mount a small disk"))
struct AuditFullDiskTests {
    @Test func `a full disk refuses records, and when there is room again a marker says how many were lost`()
        async throws
    {
        let disk = try TinyDisk(kibibytes: 512)
        defer { disk.remove() }
        let fixture = AuditFixture(at: disk.path + "/audit")
        let log = try fixture.open()
        try await log.record(.sample(1))
        try disk.fill()
        let written = try await recordUntilRefused(log)
        for _ in 0..<2 { await #expect(throws: AuditFailure.self) { try await log.record(.sample()) } }
        #expect(log.status.failure?.contains("free some space") == true)
        #expect(log.status.lost == 3)
        #expect(try fixture.verify().problem == nil)
        try disk.empty()
        try await log.record(.sample(2))
        #expect(log.status.failure == nil)
        try log.close()
        #expect(try fixture.verify().problem == nil)
        #expect(try lossCounts(fixture) == [3])
        #expect(try fixture.actions.count { $0 == "egress" } == written + 2)
    }

    @Test func `in best-effort mode a full disk stops nobody, and the loss is marked`() async throws {
        let disk = try TinyDisk(kibibytes: 512)
        defer { disk.remove() }
        let fixture = AuditFixture(at: disk.path + "/audit") { $0.bestEffort = true }
        let log = try fixture.open()
        try disk.fill()
        for number in 0..<40 { try await log.record(.sample(number)) }
        let lost = log.status.lost
        #expect(lost > 0)
        try disk.empty()
        try await log.record(.sample())
        try log.close()
        #expect(try lossCounts(fixture) == [lost])
        #expect(try fixture.actions.count { $0 == "egress" } == 41 - lost)
        #expect(try fixture.verify().problem == nil)
    }

    @Test func `the reserve takes the last records of a full disk`() async throws {
        let disk = try TinyDisk(kibibytes: 1_024)
        defer { disk.remove() }
        let plain = try await capacity(of: disk, reserve: 0)
        let reserved = try await capacity(of: disk, reserve: 256 << 10)
        // A record is between 1 and 2 KiB.
        #expect(reserved > plain + 100)
    }

    private func capacity(of disk: TinyDisk, reserve: Int) async throws -> Int {
        let fixture = AuditFixture(at: disk.path + "/audit-\(reserve)") { $0.reserveBytes = reserve }
        let log = try fixture.open()
        #expect(log.status.reserveProblem == nil)
        try disk.fill()
        let written = try await recordUntilRefused(log)
        try disk.empty()
        try log.close()
        #expect(try fixture.verify().problem == nil)
        fixture.remove()
        return written
    }

    /// How many fitted.
    private func recordUntilRefused(_ log: AuditLog) async throws -> Int {
        for number in 0..<10_000 {
            do {
                try await log.record(.sample(number))
            } catch {
                #expect(error.reason.contains("free some space"))
                return number
            }
        }
        throw AuditFailure("The disk is never full")
    }

    private func lossCounts(_ fixture: AuditFixture) throws -> [Int] {
        try fixture.records.compactMap { $0["count"] as? Int }
    }

    @Test func `the level of a disk is low below the limit, and ok again only well above it`() throws {
        func level(_ free: Int, before: DiskSpace.Level) -> DiskSpace.Level {
            DiskSpace(freeBytes: free, totalBytes: 1_000).level(lowBytes: 100, before: before)
        }
        #expect(level(100, before: .ok) == .ok)
        #expect(level(99, before: .ok) == .low)
        #expect(level(124, before: .low) == .low)
        #expect(level(125, before: .low) == .ok)
        let disk = try TinyDisk(kibibytes: 256)
        defer { disk.remove() }
        #expect(try DiskSpace(at: disk.path).freeBytes <= 256 << 10)
        #expect(try DiskSpace(at: disk.path).totalBytes == 256 << 10)
    }
}
