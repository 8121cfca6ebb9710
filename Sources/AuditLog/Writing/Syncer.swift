import Dispatch
import Foundation
import Logging
import PalanaCore
import Synchronization

/// Syncs files to the disk and publishes checkpoints, off the callers' path: one after the other on a queue of its own,
/// where a new wish replaces one that still waits.
final class Syncer: Sendable {
    private struct Wish: Sendable {
        var segment: Segment?
        var checkpoint: AuditCheckpoint
    }

    private let folder: AuditFolder
    private let logger: Logger
    private let queue = DispatchQueue(label: "palana.audit.sync")
    private let waiting = Mutex<Wish?>(nil)
    private let problem = Mutex<(wish: Wish, failure: AuditFailure)?>(nil)

    init(folder: AuditFolder, logger: Logger) {
        self.folder = folder
        self.logger = logger
    }

    /// Why the last sync failed: what was written before it may not be on the disk. Nil when it went well.
    var failure: AuditFailure? { problem.withLock { $0?.failure } }

    func sync(_ segment: Segment?, _ checkpoint: AuditCheckpoint) {
        ask(Wish(segment: segment, checkpoint: checkpoint))
    }

    /// Tries again what failed, unless something newer waits already.
    func retry() {
        if let wish = problem.withLock({ $0?.wish }), waiting.withLock({ $0 == nil }) { ask(wish) }
    }

    private func ask(_ wish: Wish) {
        let isIdle = waiting.withLock { waiting in
            defer { waiting = wish }
            return waiting == nil
        }
        if isIdle { queue.async { self.work() } }
    }

    /// Returns when all wishes are done.
    func finish() {
        queue.sync {}
    }

    private func work() {
        guard let wish = waiting.withLock({ $0.take() }) else { return }
        do {
            try wish.segment?.sync()
            problem.withLock { $0 = nil }
        } catch {
            logger.error("audit.sync_failed", metadata: ["reason": "\(error.sentence)"])
            problem.withLock {
                $0 = (wish, AuditFailure("The audit log can't be synced to the disk. \(error.sentence)"))
            }
        }
        do {
            try publish(wish.checkpoint)
        } catch {
            // The checkpoint stands in the chain; beside it stays the one before.
            logger.error("audit.head_not_published", metadata: ["reason": "\(error)"])
        }
    }

    private func publish(_ checkpoint: AuditCheckpoint) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(checkpoint)) + [UInt8(ascii: "\n")]
        try SmallFile.write(bytes, to: folder.head(of: checkpoint.replica), mode: 0o600)
    }
}
