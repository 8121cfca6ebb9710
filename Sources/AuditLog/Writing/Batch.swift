import Foundation
import PalanaCore

/// Lines on their way to one write: nothing of it counts until the write has gone well.
struct Batch {
    private(set) var bytes: [UInt8] = []
    private(set) var head: ChainHead
    /// The newest checkpoint in it.
    private(set) var checkpoint: AuditCheckpoint?
    private let context: WriterContext

    init(after head: ChainHead, _ context: WriterContext) {
        self.head = head
        self.context = context
    }

    /// Adds a record, and a checkpoint when one is due after it.
    mutating func add(_ record: RenderedRecord) throws(AuditFailure) {
        append(record)
        if head.unsigned >= context.configuration.checkpointEvery - 1 { try addCheckpoint() }
    }

    mutating func addCheckpoint() throws(AuditFailure) {
        let stamp = head.stamp(boot: context.boot, replica: context.configuration.replica)
        let time = context.configuration.now()
        let checkpoint: AuditCheckpoint
        do {
            checkpoint = try context.signer.sign(stamp, time: Int((time.timeIntervalSince1970 * 1000).rounded()))
        } catch {
            throw AuditFailure("An audit checkpoint can't be signed: \(error)")
        }
        append(
            context.render(
                AuditEvent(kind: .platform, action: "checkpoint", outcome: .succeeded, time: time), checkpoint))
        head.checkpoint = head.sequence
        self.checkpoint = checkpoint
    }

    private mutating func append(_ record: RenderedRecord) {
        let stamp = head.stamp(boot: context.boot, replica: context.configuration.replica)
        head.seal = AuditLine.write(record, at: stamp, to: &bytes)
        head.sequence = stamp.sequence
    }
}

/// What stays the same from one write to the next.
struct WriterContext: Sendable {
    let configuration: AuditConfiguration
    /// Names this run: 32 hex digits.
    let boot: String
    let signer: CheckpointSigner

    func render(_ event: AuditEvent, _ checkpoint: AuditCheckpoint? = nil) -> RenderedRecord {
        var record = configuration.mapping.record(of: event, uid: randomID())
        if let checkpoint { record.palana.set("checkpoint", checkpoint.members) }
        return RenderedRecord(record)
    }
}

/// 128 random bits as hex.
func randomID() -> String {
    var random = SystemRandomNumberGenerator()
    let halves = [random.next(), random.next()]
    return hexText(halves.flatMap { half in (0..<8).map { UInt8(truncatingIfNeeded: half >> ($0 * 8)) } })
}

extension AuditCheckpoint {
    var members: CanonicalMembers {
        var members = CanonicalMembers()
        members.set("boot", boot)
        members.set("hash", hash.rawValue)
        members.set("key", key)
        members.set("replica", replica)
        members.set("seq", sequence)
        members.set("signature", signature)
        members.set("time", time)
        return members
    }
}
