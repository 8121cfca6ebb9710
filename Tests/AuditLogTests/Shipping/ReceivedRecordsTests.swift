import AuditLog
import Foundation
import PalanaCore
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ReceivedRecordsTests {
    /// What a receiver has of two replicas' chains, as lines of JSON, with their folders and the head of the first.
    private func received(_ body: (_ lines: [String], _ folder: String, _ head: ChainHash) throws -> Void) async throws
    {
        let root = try TemporaryFolder()
        let requests = Mailbox()
        for replica in ["gateway-0", "gateway-1"] {
            let fixture = AuditFixture(at: root.path("volumes/\(replica)/audit")) { $0.replica = replica }
            try await fixture.write((0..<10).map { .sample($0) })
            let again = try fixture.open()
            try await OTLPReceiver.serve { receiver, endpoint in
                try await again.shipAll(to: endpoint) { $0.batchRecords = 4 }
                requests.add(receiver.taken.map { String(decoding: $0.body, as: UTF8.self) }, head: again.status.head)
            }
            try again.close()
        }
        let head = try #require(requests.heads.first)
        try withExtendedLifetime(root) { try body(requests.lines, root.path, head) }
    }

    private func verify(_ lines: [String], in folder: String, head: ChainHash? = nil) throws -> AuditVerification {
        let file = "\(folder)/received.jsonl"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: file))
        var verifier = AuditVerifier(keys: CheckpointKeys(), anchor: head)
        verifier.takesFoundKeys = true
        return try verifier.verify(file: file)
    }

    @Test func `doubled and out of order, beside other programs' logs, the chains verify`() async throws {
        try await received { lines, folder, head in
            let other =
                #"{"resourceLogs":[{"scopeLogs":[{"scope":{"name":"app"},"#
                + #""logRecords":[{"body":{"intValue":"1"}}]}]}]}"#
            let result = try verify((lines + lines.prefix(3)).shuffled() + [other], in: folder, head: head)
            #expect(result.problem == nil)
            #expect(result.chains.map(\.replica) == ["gateway-0", "gateway-1"])
            #expect(result.chains.map(\.tail) == [.anchored, .notAnchored])
            #expect(result.records == 2 * 15)
        }
    }

    @Test func `a request that is missing, and a record that was edited, are found`() async throws {
        try await received { lines, folder, head in
            var missing = lines
            missing.remove(at: 1)
            #expect(try verify(missing, in: folder).problem?.kind == .removed)
            var edited = lines
            edited[1] = edited[1].replacing("api.example.com", with: "api.example.net", maxReplacements: 1)
            let problem = try verify(edited, in: folder).problem
            #expect(problem?.kind == .edited)
            #expect(problem?.line == 2)
            #expect(try verify(lines.dropLast(), in: folder, head: head).problem == nil)
            #expect(try verify(Array(lines.dropFirst(4)), in: folder, head: head).problem?.kind == .cutTail)
            #expect(throws: AuditFailure.self) { try verify(lines + ["{"], in: folder) }
        }
    }

    @Test func `without a key from elsewhere or along with the records no checkpoint is believed`() async throws {
        try await received { lines, folder, _ in
            _ = try verify(lines, in: folder)
            let strict = AuditVerifier(keys: CheckpointKeys())
            #expect(try strict.verify(file: "\(folder)/received.jsonl").problem?.kind == .checkpoint)
        }
    }

    @Test func `a folder with volumes and exports verifies as a whole`() async throws {
        try await received { lines, folder, head in
            _ = try verify(lines, in: folder)
            var verifier = AuditVerifier(keys: CheckpointKeys(), anchor: head)
            verifier.takesFoundKeys = true
            let result = try verifier.verify(below: folder)
            #expect(result.problem == nil)
            #expect(result.chains.count == 4)
            #expect(result.files == 3)
            let volume = AuditFolder("\(folder)/volumes/gateway-1/audit")
            let file = try #require(try volume.segments().first).fileName
            let bytes = try Data(contentsOf: URL(filePath: "\(volume.path)/\(file)"))
            try bytes.dropFirst(40).write(to: URL(filePath: "\(volume.path)/\(file)"))
            #expect(try verifier.verify(below: folder).problem?.file.hasSuffix(file) == true)
            #expect(throws: AuditFailure.self) { try verifier.verify(below: "\(volume.path)/private") }
        }
    }
}

/// What the receivers leave.
private final class Mailbox: Sendable {
    private let state = Mutex<(lines: [String], heads: [ChainHash])>(([], []))

    var lines: [String] { state.withLock { $0.lines } }
    var heads: [ChainHash] { state.withLock { $0.heads } }

    func add(_ lines: [String], head: ChainHash) {
        state.withLock { state in
            state.lines += lines
            state.heads.append(head)
        }
    }
}
