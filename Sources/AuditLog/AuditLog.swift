import Foundation
public import Logging
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// The audit log of one process: events in, a chain of JSON lines out.
///
/// `record` returns when the line is in the file (in the kernel's hands; each checkpoint syncs it to the disk). Lines
/// stand in the order of their sequence numbers. One instance writes a chain; a second one is refused by a lock.
public final class AuditLog: AuditSink, Service {
    private let context: WriterContext
    private let queue = Mutex(CommitQueue())
    private let writer: Mutex<ChainWriter>
    private let failing = Mutex<AuditFailure?>(nil)
    private let lock: FolderLock
    private let syncer: Syncer
    private let logger: Logger

    /// Opens the log, repairs what a kill left behind, and writes that it was opened.
    public init(_ configuration: AuditConfiguration, logger: Logger) throws(AuditFailure) {
        try ReplicaName.check(configuration.replica)
        try configuration.folder.make()
        lock = try FolderLock(configuration.folder.lock(of: configuration.replica))
        context = WriterContext(
            configuration: configuration, boot: randomID(), signer: try CheckpointSigner(folder: configuration.folder))
        var writer = ChainWriter(context)
        try writer.start()
        if let checkpoint = writer.checkpoint {
            syncer = Syncer(folder: configuration.folder, logger: logger)
            syncer.sync(writer.segment, checkpoint)
        } else {
            throw AuditFailure("The audit log could not sign its first checkpoint")
        }
        self.writer = Mutex(writer)
        self.logger = logger
    }

    // MARK: - AuditSink

    public func record(_ event: AuditEvent) async throws(AuditFailure) {
        try await record([event])
    }

    public func record(_ events: [AuditEvent]) async throws(AuditFailure) {
        guard !events.isEmpty else { return }
        let records = events.map { context.render($0) }
        let turn = queue.withLock { $0.lead() } ? .lead : await turn(of: records)
        let failure: AuditFailure? =
            switch turn {
            case .done(let failure): failure
            case .lead: lead(with: records)
            }
        if let failure, !context.configuration.bestEffort { throw failure }
    }

    private func turn(of records: [RenderedRecord]) async -> CommitQueue.Turn {
        let longest = context.configuration.longestQueue
        return await withCheckedContinuation { continuation in
            let waiter = CommitQueue.Waiter(records: records, continuation: continuation)
            if let turn = queue.withLock({ $0.wait(waiter, longest: longest) }) { continuation.resume(returning: turn) }
        }
    }

    /// Writes the records and those of all who wait, tells them, and passes the lead on.
    private func lead(with records: [RenderedRecord]) -> AuditFailure? {
        let others = queue.withLock { $0.takeAll() }
        let failure = write(others.reduce(records) { $0 + $1.records })
        for other in others { other.continuation.resume(returning: .done(failure)) }
        if let next = queue.withLock({ $0.handOver() }) { next.continuation.resume(returning: .lead) }
        return failure
    }

    private func write(_ records: [RenderedRecord]) -> AuditFailure? {
        let unsynced = syncer.failure
        if unsynced != nil { syncer.retry() }
        return perform { writer throws(AuditFailure) in try writer.append(records, unless: unsynced) }
    }

    /// Has the writer do something, has a new checkpoint synced, and says once when things go wrong and right again.
    private func perform(_ action: (inout ChainWriter) throws(AuditFailure) -> Void) -> AuditFailure? {
        let failure = writer.withLock { writer -> AuditFailure? in
            let before = writer.checkpoint
            defer {
                if let after = writer.checkpoint, after != before { syncer.sync(writer.segment, after) }
            }
            do throws(AuditFailure) {
                try action(&writer)
                return nil
            } catch {
                return error
            }
        }
        note(failure)
        return failure
    }

    private func note(_ failure: AuditFailure?) {
        let before = failing.withLock { failing in
            defer { failing = failure }
            return failing
        }
        if let failure, before == nil {
            logger.error("audit.failing", metadata: ["reason": "\(failure.reason)"])
        } else if failure == nil, before != nil {
            logger.notice("audit.recovered")
        }
    }

    // MARK: - Checkpoints and the end

    /// Signs what no checkpoint covers yet.
    public func checkpoint() throws(AuditFailure) {
        if let failure = perform({ writer throws(AuditFailure) in try writer.writeCheckpoint() }) { throw failure }
    }

    /// Signs and syncs everything; events are refused from then on. Again: nothing.
    public func close() throws(AuditFailure) {
        let failure = perform { writer throws(AuditFailure) in try writer.close() }
        syncer.finish()
        if let failure = failure ?? syncer.failure { throw failure }
    }

    var configuration: AuditConfiguration { context.configuration }

    public var status: AuditStatus {
        let failure = failing.withLock { $0 } ?? syncer.failure
        return writer.withLock { writer in
            AuditStatus(
                sequence: writer.head.sequence, head: writer.head.seal, checkpoint: writer.checkpoint,
                lost: writer.lostEver, failure: failure?.reason, reserveProblem: writer.reserveProblem)
        }
    }

    /// Signs a checkpoint in each interval that brought something new, until the service is to end; then closes.
    public func run() async throws {
        do {
            try await cancelWhenGracefulShutdown { try await self.signRegularly() }
        } catch is CancellationError {
            // The end that was asked for.
        }
        try close()
    }

    private func signRegularly() async throws {
        while true {
            try await Task.sleep(for: context.configuration.checkpointInterval)
            // A failure is logged, shown by `status`, and met by the next `record`; the timer goes on.
            _ = perform { writer throws(AuditFailure) in try writer.writeCheckpoint() }
        }
    }
}
