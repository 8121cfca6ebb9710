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
    }
}
