/// Follows one chain, line by line: a state machine without I/O.
struct ChainCheck {
    typealias Kind = AuditVerification.Problem.Kind

    /// What is wrong with a line.
    struct Finding: Hashable {
        var kind: Kind
        var reason: String
    }

    private(set) var first: ChainStamp?
    private(set) var head = ChainHead()
    private(set) var boots = 0
    private var boot = ""
    private var isAnchorSeen = false
    private let anchor: ChainHash?
    private let longestUnsigned: Int

    /// - Parameters:
    ///   - anchor: a seal that must stand in the chain.
    ///   - longestUnsigned: most lines that may follow each other without a checkpoint.
    init(anchor: ChainHash?, longestUnsigned: Int) {
        self.anchor = anchor
        self.longestUnsigned = longestUnsigned
    }

    var isAnchored: Bool { isAnchorSeen }

    /// - Parameter isFirstInFile: a gap is a missing file then.
    mutating func take(_ line: ParsedLine, isFirstInFile: Bool) -> Finding? {
        if !line.isIntact {
            return Finding(kind: .edited, reason: "its content doesn't belong to its seal: it was edited")
        }
        if first != nil, let finding = misfit(line, isFirstInFile: isFirstInFile) { return finding }
        goOn(to: line)
        if head.unsigned > longestUnsigned {
            return Finding(kind: .unsigned, reason: "\(head.unsigned) records up to here carry no signed checkpoint")
        }
        return nil
    }

    private mutating func goOn(to line: ParsedLine) {
        if first == nil {
            first = line.stamp
            head.checkpoint = line.stamp.sequence - 1
        }
        if line.stamp.boot != boot {
            boot = line.stamp.boot
            boots += 1
        }
        head.seal = line.seal
        head.sequence = line.stamp.sequence
        if line.isCheckpoint { head.checkpoint = line.stamp.sequence }
        if line.seal == anchor || line.stamp.previous == anchor { isAnchorSeen = true }
    }

    private func misfit(_ line: ParsedLine, isFirstInFile: Bool) -> Finding? {
        let expected = head.sequence + 1
        let number = line.stamp.sequence
        if number > expected {
            let missing = number == expected + 1 ? "record \(expected) is" : "records \(expected) to \(number - 1) are"
            return isFirstInFile
                ? Finding(kind: .missingFile, reason: "\(missing) missing before it: a file is missing or was cut")
                : Finding(kind: .removed, reason: "\(missing) missing before it: lines were removed")
        }
        if number < expected {
            return Finding(
                kind: .outOfOrder,
                reason: "it is record \(number) where \(expected) is due: lines were inserted or reordered")
        }
        guard line.stamp.previous == head.seal else {
            return Finding(kind: .replaced, reason: "it doesn't follow the line before it: one of the two was replaced")
        }
        return nil
    }
}
