/// What `audit verify` found.
public struct AuditVerification: Hashable, Sendable, Codable {
    /// What is wrong with a line, and where.
    public struct Problem: Hashable, Sendable, Codable {
        public enum Kind: String, Sendable, Codable, CaseIterable {
            /// Its seal doesn't belong to its bytes, or it is no line of ours.
            case edited
            /// Lines before it are missing.
            case removed
            /// A file before it is missing, in whole or at its end.
            case missingFile = "missing_file"
            /// It was put in, doubled, or stands in the wrong place.
            case outOfOrder = "out_of_order"
            /// It has the right number but follows another line than the one before it.
            case replaced
            /// A checkpoint's signature or content is wrong, or its key unknown.
            case checkpoint
            /// More lines than the writer allows carry no checkpoint.
            case unsigned
            /// It has no end: a write in progress, a stop in the middle of one, or a cut.
            case torn
            /// The chain ends before its anchor.
            case cutTail = "cut_tail"
        }

        public var kind: Kind
        public var file: String
        /// From 1; 0 for the file as a whole.
        public var line: Int
        /// One sentence that begins with `file:line: `.
        public var sentence: String
    }

    /// Whether the end of a chain is known to be its end.
    public enum Tail: String, Sendable, Codable, CaseIterable {
        /// The anchor given stands in the chain: nothing up to it is cut.
        case anchored
        /// Nothing from outside says how long the chain was: lines after the last one here may have been cut off.
        case notAnchored = "not_anchored"
    }

    /// One chain that was read.
    public struct Chain: Hashable, Sendable, Codable {
        public var replica: String
        public var firstSequence: Int
        public var lastSequence: Int
        /// The seal of the last line.
        public var head: ChainHash
        /// Lines after the last checkpoint: sound, but signed by nobody yet.
        public var unsigned: Int
        public var tail: Tail
        /// How many times a process took the chain up.
        public var boots: Int
    }

    /// The first bad line; nil when all is sound.
    public var problem: Problem?
    public var files = 0
    public var records = 0
    public var checkpoints = 0
    public var chains: [Chain] = []
    /// Which keys signed the checkpoints.
    public var keys: [String] = []

    /// Adds what was found in other files.
    mutating func add(_ other: AuditVerification) {
        problem = problem ?? other.problem
        files += other.files
        records += other.records
        checkpoints += other.checkpoints
        chains += other.chains
        keys = Set(keys + other.keys).sorted()
    }

    public var isSound: Bool { problem == nil }

    /// For people: `sound: 2 files, 1,204 records, 3 checkpoints; tail not anchored`.
    public var summary: String {
        if let problem { return problem.sentence }
        let loose = chains.contains { $0.tail == .notAnchored }
        return
            "sound: \(files) files, \(records) records, \(checkpoints) checkpoints; tail \(loose ? "not " : "")anchored"
    }
}
