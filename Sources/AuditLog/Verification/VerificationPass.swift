import Foundation
import PalanaCore

/// One run of the verifier: where it is, and what it has found.
struct VerificationPass {
    private let verifier: AuditVerifier
    private var result = AuditVerification()
    private var chains: [String: ChainCheck] = [:]
    private var keys: Set<String> = []
    private var place = Place(file: "", line: 0)

    /// How long a line without an end may be a write in progress.
    private static let patience = Duration.milliseconds(500)

    private struct Place {
        var file: String
        var line: Int
    }

    init(_ verifier: AuditVerifier) {
        self.verifier = verifier
    }

    /// Whether a bad line was found: the first is the one that is named.
    var isOver: Bool { result.problem != nil }

    /// A folder holds a chain from its beginning.
    mutating func announce(_ name: SegmentName, path: String) {
        guard chains[name.replica] == nil, name.firstSequence != 1 else { return }
        place = Place(file: path, line: 0)
        found(
            .missingFile,
            "the chain of \(name.replica) begins with record \(name.firstSequence): files before it are missing")
    }

    mutating func read(_ path: String) throws(AuditFailure) {
        guard !isOver else { return }
        result.files += 1
        place = Place(file: path, line: 0)
        do {
            var reader = try LineReader(path)
            while !isOver, let line = try reader.nextWhole(within: Self.patience) {
                place.line += 1
                take(line)
            }
        } catch {
            throw AuditFailure(error.sentence)
        }
    }

    /// What a receiver has of shipped records. Which file a record is in says nothing there.
    mutating func read(_ received: ReceivedRecords) throws(AuditFailure) {
        guard !isOver else { return }
        result.files += received.files
        try received.read { record in
            place = Place(file: record.file, line: record.line)
            take(record.bytes[...], isFirstInFile: false)
            return !isOver
        }
    }

    private mutating func take(_ line: LineReader.Line) {
        guard line.isWhole else {
            return found(
                .torn, "the line has no end: it is being written, was cut, or its writer was stopped in the middle")
        }
        take(line.bytes, isFirstInFile: place.line == 1)
    }

    private mutating func take(_ line: ArraySlice<UInt8>, isFirstInFile: Bool) {
        guard let parsed = ParsedLine(line) else {
            return found(.edited, "this is no line of an audit log: it was edited or put in")
        }
        follow(parsed, isFirstInFile: isFirstInFile)
        result.records += 1
        if parsed.isCheckpoint, !isOver { check(line, parsed) }
    }

    private mutating func follow(_ line: ParsedLine, isFirstInFile: Bool) {
        let replica = line.stamp.replica
        var chain = chains[replica] ?? ChainCheck(anchor: verifier.anchor, longestUnsigned: verifier.longestUnsigned)
        if let finding = chain.take(line, isFirstInFile: isFirstInFile) { found(finding.kind, finding.reason) }
        chains[replica] = chain
    }

    // MARK: - Checkpoints

    private mutating func check(_ bytes: ArraySlice<UInt8>, _ line: ParsedLine) {
        guard
            let checkpoint = try? JSONDecoder().decode(CheckpointLine.self, from: Data(bytes)).unmapped.palana
                .checkpoint
        else { return found(.checkpoint, "the checkpoint can't be read") }
        let isAboutItsPlace =
            checkpoint.hash == line.stamp.previous && checkpoint.sequence == line.stamp.sequence - 1
            && checkpoint.replica == line.stamp.replica && checkpoint.boot == line.stamp.boot
        guard isAboutItsPlace else { return found(.checkpoint, "the checkpoint is about another place of the chain") }
        check(checkpoint)
        result.checkpoints += 1
    }

    private mutating func check(_ checkpoint: AuditCheckpoint) {
        keys.insert(checkpoint.key)
        if !verifier.keys.knows(checkpoint.key) {
            found(.checkpoint, "the checkpoint is signed with key \(checkpoint.key), which isn't among those given")
        } else if !verifier.keys.verify(checkpoint) {
            found(.checkpoint, "the checkpoint's signature is not right")
        }
    }

    /// The newest checkpoint beside the files: the chain must reach it.
    mutating func checkHead(_ head: AuditCheckpoint, path: String) {
        guard !isOver else { return }
        place = Place(file: path, line: 0)
        check(head)
        guard !isOver, let chain = chains[head.replica] else { return }
        if chain.head.sequence < head.sequence {
            found(
                .cutTail,
                "it names record \(head.sequence), but the chain ends with \(chain.head.sequence): its tail was cut off"
            )
        }
    }

    // MARK: - Result

    private mutating func found(_ kind: AuditVerification.Problem.Kind, _ reason: String) {
        guard result.problem == nil else { return }
        let spot = place.line > 0 ? "\(place.file):\(place.line)" : place.file
        result.problem = .init(kind: kind, file: place.file, line: place.line, sentence: "\(spot): \(reason)")
    }

    mutating func end() -> AuditVerification {
        result.keys = keys.sorted()
        result.chains = chains.sorted { $0.key < $1.key }.compactMap { replica, chain in
            chain.first.map { first in
                AuditVerification.Chain(
                    replica: replica, firstSequence: first.sequence, lastSequence: chain.head.sequence,
                    head: chain.head.seal, unsigned: chain.head.unsigned,
                    tail: chain.isAnchored ? .anchored : .notAnchored,
                    boots: chain.boots)
            }
        }
        return result
    }
}

extension AuditVerification {
    /// The anchor must stand in one of the chains.
    mutating func require(_ anchor: ChainHash?, in place: String) {
        guard let anchor, isSound, !chains.contains(where: { $0.tail == .anchored }) else { return }
        problem = Problem(
            kind: .cutTail, file: place, line: 0,
            sentence:
                "\(place): the anchor \(anchor) is not in the chain: its tail was cut off, or the anchor is of another log"
        )
    }
}

/// As much of a checkpoint's line as the verifier reads.
private struct CheckpointLine: Decodable {
    struct Unmapped: Decodable {
        struct Palana: Decodable {
            var checkpoint: AuditCheckpoint
        }

        var palana: Palana
    }

    var unmapped: Unmapped
}
