import Foundation
import PalanaCore

/// Appends batches to the files of one chain: rotation, repair, reserve, and the count of what was lost. Used by one
/// caller at a time.
struct ChainWriter: Sendable {
    private let context: WriterContext
    private let folder: AuditFolder
    private(set) var head: ChainHead
    /// Nil before the first write, and after a write left a state that must be looked at again.
    private var open: OpenSegment?
    private var reserve: Reserve
    /// Records that were to be written and weren't, since the last one that was.
    private(set) var lost = 0
    /// Of all, since the start.
    private(set) var lostEver = 0
    private var isClosed = false
    /// Days since 1970 and what files of that day are called.
    private var knownDay: (number: Int, name: String)?
    /// The newest checkpoint that is in a file.
    private(set) var checkpoint: AuditCheckpoint?

    private struct OpenSegment {
        var segment: Segment
        var size: Int
    }

    init(_ context: WriterContext) {
        self.context = context
        folder = context.configuration.folder
        head = ChainHead()
        reserve = Reserve(
            path: folder.reserve(of: context.configuration.replica), bytes: context.configuration.reserveBytes)
    }

    /// The file being written, to sync it.
    var segment: Segment? { open?.segment }
    /// Why there is no reserve although there should be one.
    private(set) var reserveProblem: String?

    // MARK: - Start and end

    /// Repairs what a kill left, and writes that the log was opened, under a checkpoint.
    mutating func start() throws(AuditFailure) {
        holdReserve()
        let recovery = try recover()
        head.checkpoint = head.sequence
        try mark(recovery)
    }

    mutating func close() throws(AuditFailure) {
        guard !isClosed else { return }
        defer { isClosed = true }
        try writeCheckpoint()
        do {
            try open?.segment.sync()
        } catch {
            throw AuditFailure(error.sentence)
        }
    }

    // MARK: - Writing

    /// Writes all of the records or none. Returns when they are in the file.
    /// - Parameter refusal: why they can't be taken although they could be written.
    mutating func append(_ records: [RenderedRecord], unless refusal: AuditFailure?) throws(AuditFailure) {
        do throws(AuditFailure) {
            guard !isClosed else { throw AuditFailure("The audit log is closed") }
            if let refusal { throw refusal }
            if open == nil { try recover() }
            try rotateIfDue()
            try write { batch throws(AuditFailure) in
                for record in records { try batch.add(record) }
            }
        } catch {
            lost += records.count
            lostEver += records.count
            throw error
        }
    }

    /// Signs what no checkpoint covers yet; nothing when all is covered.
    mutating func writeCheckpoint() throws(AuditFailure) {
        guard !isClosed else { throw AuditFailure("The audit log is closed") }
        holdReserve()
        if open == nil { try recover() }
        guard head.unsigned > 0 || lost > 0 else { return }
        try write { batch throws(AuditFailure) in try batch.addCheckpoint() }
    }

    private mutating func write(_ fill: (inout Batch) throws(AuditFailure) -> Void) throws(AuditFailure) {
        var batch = Batch(after: head, context)
        if lost > 0 { try batch.add(context.render(lossMarker(count: lost))) }
        try fill(&batch)
        try commit(batch)
        lost = 0
    }

    private mutating func commit(_ batch: Batch) throws(AuditFailure) {
        guard let open else { throw AuditFailure("The audit log has no file to write to") }
        do {
            try put(batch.bytes, into: open)
        } catch {
            throw AuditFailure("An audit record can't be written. \(error.sentence)")
        }
        self.open?.size += batch.bytes.count
        head = batch.head
        if let checkpoint = batch.checkpoint { self.checkpoint = checkpoint }
    }

    /// One write; when the disk is full, once more with the reserve given up. What was written in part is cut off.
    private mutating func put(_ bytes: [UInt8], into open: OpenSegment) throws(FileProblem) {
        do {
            try open.segment.write(bytes)
        } catch {
            try cutOff(open)
            guard error.isFull, reserve.release() else { throw error }
            try putAgain(bytes, into: open)
        }
    }

    private mutating func putAgain(_ bytes: [UInt8], into open: OpenSegment) throws(FileProblem) {
        do {
            try open.segment.write(bytes)
        } catch {
            try cutOff(open)
            throw error
        }
    }

    private mutating func cutOff(_ open: OpenSegment) throws(FileProblem) {
        do {
            try open.segment.cut(to: open.size)
        } catch {
            // The file must be read again before anything is appended.
            self.open = nil
            throw error
        }
    }

    // MARK: - Files

    private mutating func rotateIfDue() throws(AuditFailure) {
        guard let current = open else { return }
        let isFull = current.size >= context.configuration.fileBytes
        let day = today()
        guard current.size > 0, isFull || current.segment.name.day != day else { return }
        if head.unsigned > 0 {
            try write { batch throws(AuditFailure) in try batch.addCheckpoint() }
        }
        do {
            try current.segment.sync()
            try begin()
        } catch {
            throw AuditFailure("A new audit file can't be begun. \(error.sentence)")
        }
    }

    private mutating func begin() throws(FileProblem) {
        let name = SegmentName(
            replica: context.configuration.replica, firstSequence: head.sequence + 1, day: today())
        let segment = try Segment(name, in: folder)
        try segment.cut(to: 0)
        try folder.sync()
        open = OpenSegment(segment: segment, size: 0)
    }

    @discardableResult
    private mutating func recover() throws(AuditFailure) -> ChainRecovery {
        let recovery = try ChainRecovery(of: context.configuration.replica, in: folder)
        head = recovery.head
        do {
            if let torn = recovery.torn { try Segment(torn.name, in: folder).cut(to: torn.whole) }
            if let (name, size) = recovery.segment {
                open = OpenSegment(segment: try Segment(name, in: folder), size: size)
            } else {
                try begin()
            }
        } catch {
            throw AuditFailure("The audit log can't be opened. \(error.sentence)")
        }
        return recovery
    }

    /// Asked for each batch; the calendar only once a day.
    private mutating func today() -> String {
        let time = context.configuration.now()
        let number = Int((time.timeIntervalSince1970 / 86_400).rounded(.down))
        if let known = knownDay, known.number == number { return known.name }
        let name = Self.day(of: time)
        knownDay = (number, name)
        return name
    }

    static func day(of time: Date) -> String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let parts = calendar.dateComponents([.year, .month, .day], from: time)
        let number = (parts.year ?? 0) * 10_000 + (parts.month ?? 0) * 100 + (parts.day ?? 0)
        return String(String(100_000_000 + number).suffix(8))
    }

    private mutating func holdReserve() {
        do {
            try reserve.hold()
            reserveProblem = nil
        } catch {
            // No reason to stop: records are still tried. `AuditStatus` tells it.
            reserveProblem = error.sentence
        }
    }

    // MARK: - The log's own records

    private mutating func mark(_ recovery: ChainRecovery) throws(AuditFailure) {
        let torn = recovery.torn.map { context.render(tornMarker($0.name, $0.lost)) }
        let opened = context.render(openMarker(recovery))
        try write { batch throws(AuditFailure) in
            if let torn { try batch.add(torn) }
            try batch.add(opened)
            try batch.addCheckpoint()
        }
    }

    private func openMarker(_ recovery: ChainRecovery) -> AuditEvent {
        var event = own("opened", recovery.damage == nil ? .succeeded : .failed)
        event.reason = recovery.damage
        return event
    }

    private func lossMarker(count: Int) -> AuditEvent {
        var event = own("records-lost", .failed)
        event.count = count
        event.reason = "\(count) audit records before this one could not be written"
        return event
    }

    private func tornMarker(_ name: SegmentName, _ bytes: Int) -> AuditEvent {
        var event = own("records-lost", .failed)
        event.count = 1
        event.reason =
            "The last line of \(name.fileName) was torn (\(bytes) bytes) and is cut off: the process or the "
            + "machine was stopped in the middle of a write, and that record was never confirmed"
        return event
    }

    private func own(_ action: String, _ outcome: AuditEvent.Outcome) -> AuditEvent {
        var event = AuditEvent(kind: .platform, action: action, outcome: outcome, time: context.configuration.now())
        event.resource = "audit"
        return event
    }
}
