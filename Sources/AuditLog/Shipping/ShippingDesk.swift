import Foundation
import PalanaCore

/// What shipping does with the disk, on a thread of its own so that no decision waits with it: reads batches, renders
/// them, and keeps how far the receiver has acknowledged.
actor ShippingDesk {
    /// A batch on its way.
    struct Parcel: Sendable {
        var batch: ShippingBatch
        var body: [UInt8]
        var headers: [ShippingHeaders.Header]
    }

    private let queue = DiskQueue(label: "palana.audit.shipping")
    private let configuration: ShippingConfiguration
    private let reader: ShippingReader
    private let logs: OTLPLogs
    private let now: @Sendable () -> Date
    private var cursor = ShippingCursor()
    private var place: ShippingBatch.Place?
    private var isOpen = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    init(
        _ configuration: ShippingConfiguration, folder: AuditFolder, replica: String,
        now: @escaping @Sendable () -> Date
    ) throws(AuditFailure) {
        self.configuration = configuration
        self.now = now
        reader = ShippingReader(folder: folder, replica: replica)
        logs = OTLPLogs(replica: replica, keys: try folder.publishedKeyTexts().map(\.text))
    }

    /// Goes on where the receiver's last acknowledgement was.
    /// - Returns: the cursor, and why it is of no use when all is shipped again.
    func open() throws(AuditFailure) -> (cursor: ShippingCursor, problem: String?) {
        guard !isOpen else { return (cursor, nil) }
        var problem: String?
        let path = reader.folder.cursor(of: reader.replica)
        do throws(AuditFailure) {
            if let known = try ShippingCursor.read(path) { cursor = known }
        } catch {
            problem = error.reason
        }
        if cursor.sequence > 0 {
            place = try reader.find(cursor)
            if place == nil {
                problem = "\(path) is about a record that isn't in the chain"
                cursor.sequence = 0
                cursor.seal = .start
            }
        }
        isOpen = true
        return (cursor, problem)
    }

    /// What is to be sent next, at most up to the record `last`; nil when all is acknowledged.
    func next(upTo last: Int, records: Int) throws(AuditFailure) -> Parcel? {
        guard last > cursor.sequence else { return nil }
        let batch = try reader.read(
            after: place, upTo: last, records: records, bytes: configuration.batchBytes)
        guard !batch.records.isEmpty || batch.damage != nil else { return nil }
        try reader.sync(from: place, to: batch.end)
        let headers = try configuration.headersFile.map { path throws(AuditFailure) in try ShippingHeaders.read(path) }
        return Parcel(
            batch: batch, body: batch.records.isEmpty ? [] : logs.request(batch.records, observed: now()),
            headers: headers ?? [])
    }

    /// The receiver has the batch.
    /// - Throws: when that can't be kept. Shipping goes on, and after a restart some records go out twice.
    func acknowledge(_ batch: ShippingBatch, rejected: Int, reason: String?) throws(AuditFailure) -> ShippingCursor {
        place = batch.end
        guard let last = batch.records.last else { return cursor }
        cursor.sequence = last.sequence
        cursor.seal = last.seal
        if rejected > 0 {
            cursor.rejected += rejected
            cursor.rejection = reason
        }
        try cursor.write(reader.folder.cursor(of: reader.replica))
        return cursor
    }
}
