import PalanaCore

/// Follows an audit log as it grows, over the borders of files, from any process that may read the folder. Ends only
/// by cancellation (with `CancellationError`) or by an error.
public struct AuditTail: AsyncSequence, Sendable {
    public typealias Element = AuditEntry

    private let folder: AuditFolder
    private let last: Int
    private let interval: Duration

    /// - Parameters:
    ///   - last: how many of the records that are there already come first.
    ///   - interval: how often the files are looked at.
    public init(_ folder: AuditFolder, last: Int = 10, interval: Duration = .milliseconds(200)) {
        self.folder = folder
        self.last = last
        self.interval = interval
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(follower: AuditFollower(folder), last: last, interval: interval)
    }

    public struct Iterator: AsyncIteratorProtocol {
        private var follower: AuditFollower
        private let last: Int
        private let interval: Duration
        private var isCaughtUp = false
        private var ready: ArraySlice<AuditEntry> = []

        init(follower: AuditFollower, last: Int, interval: Duration) {
            self.follower = follower
            self.last = last
            self.interval = interval
        }

        public mutating func next() async throws -> AuditEntry? {
            if !isCaughtUp { try catchUp() }
            while ready.isEmpty {
                try Task.checkCancellation()
                ready = try follower.read(atMost: 256)[...]
                if ready.isEmpty { try await Task.sleep(for: interval) }
            }
            return ready.removeFirst()
        }

        /// Reads what is there, and keeps the end of it.
        private mutating func catchUp() throws(AuditFailure) {
            isCaughtUp = true
            let recent = try AuditEnding(folder: follower.folder, count: last)
            follower = AuditFollower(follower.folder, from: recent.positions)
            ready = recent.entries[...]
        }
    }
}
