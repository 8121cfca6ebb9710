import PalanaCore

/// Reads one chain's files in order, a batch at a time. Only what its writer confirmed: a record that a full disk made it
/// take back must not have gone out.
struct ShippingReader: Sendable {
    typealias Place = ShippingBatch.Place

    let folder: AuditFolder
    let replica: String

    /// What follows `place`, up to the record `last`; everything from the beginning when `place` is nil.
    func read(
        after place: Place?, upTo last: Int, records: Int, bytes: Int
    ) throws(AuditFailure) -> ShippingBatch {
        var batch = ShippingBatch()
        batch.end = place
        // Listed first: a file is left only when a newer one was there before its end was read.
        for name in try folder.segments(of: replica) {
            if let place, name < place.file { continue }
            do {
                let offset = place?.file == name ? place?.offset ?? 0 : 0
                guard try read(name, from: offset, upTo: last, records, bytes, into: &batch) else { break }
            } catch {
                throw AuditFailure(error.sentence)
            }
        }
        return batch
    }

    /// - Returns: whether the next file's turn has come.
    private func read(
        _ name: SegmentName, from offset: Int, upTo last: Int, _ records: Int, _ bytes: Int,
        into batch: inout ShippingBatch
    ) throws(FileProblem) -> Bool {
        var reader = try LineReader(folder.file(name), from: offset)
        while let line = try reader.next() {
            // Torn at its end: a write in progress, or what a kill left.
            if !line.isWhole, line.bytes.count <= LineReader.longestLine { break }
            if line.isWhole, let parsed = ParsedLine(line.bytes), parsed.isIntact, parsed.stamp.replica == replica {
                guard parsed.stamp.sequence <= last,
                    batch.hasRoom(for: line.bytes.count, records: records, bytes: bytes)
                else { return false }
                batch.add(parsed, line.bytes)
            } else {
                batch.passOver("\(folder.file(name)) at byte \(line.offset)")
            }
            batch.end = Place(file: name, offset: reader.offset)
        }
        return true
    }

    /// Where the cursor's record ends; nil when it isn't there.
    func find(_ cursor: ShippingCursor) throws(AuditFailure) -> Place? {
        for name in try folder.segments(of: replica).reversed() where name.firstSequence <= cursor.sequence {
            do {
                var reader = try LineReader(folder.file(name))
                while let line = try reader.next() {
                    guard line.isWhole, let parsed = ParsedLine(line.bytes), parsed.stamp.sequence == cursor.sequence,
                        parsed.seal == cursor.seal, parsed.isIntact
                    else { continue }
                    return Place(file: name, offset: reader.offset)
                }
            } catch {
                throw AuditFailure(error.sentence)
            }
        }
        return nil
    }

    /// Has the disk hold what the batch was read from: after a power cut, the chain must not go on before a record that
    /// is elsewhere already.
    func sync(from start: Place?, to end: Place?) throws(AuditFailure) {
        guard let end else { return }
        do {
            for name in try folder.segments(of: replica) where name <= end.file {
                if let start, name < start.file { continue }
                try InputFile(folder.file(name)).sync()
            }
        } catch let failure as AuditFailure {
            throw failure
        } catch {
            throw AuditFailure("The audit log can't be synced to the disk. \((error as? FileProblem)?.sentence ?? "")")
        }
    }
}
