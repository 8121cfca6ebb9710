import PalanaCore

/// What a watch does next, decided from what happened; sends nothing itself.
///
///     empty ──list──▶ listing ──last page──▶ listed ──open──▶ watching
///       ▲                │ expired              ▲ ▲               │ cut, time over, other errors
///       └────────────────┴──── 410 Gone ────────┘ └───────────────┘
///
/// (Kubernetes API concepts: "Efficient detection of changes", "410 Gone responses".)
struct WatchMachine: Sendable {
    enum State: Sendable, Hashable {
        /// Knows nothing, or nothing that still counts.
        case empty
        /// Between the pages of a list.
        case listing
        /// Knows everything up to a version.
        case listed(version: String)
        /// Follows the changes from a version on.
        case watching(version: String)
    }

    /// What to do.
    enum Step: Sendable, Hashable {
        case list(ListPaging)
        case open(version: String)
        /// Read on from the open watch.
        case read
    }

    /// What happened to an open watch.
    enum Occurrence: Sendable, Hashable {
        /// An object came, or a bookmark, that is in this version.
        case moved(version: String)
        /// An error came inside the stream.
        case refused(KubernetesFailure)
        /// The stream ended, by itself or by a failure, after so long.
        case cut(KubernetesFailure?, after: Duration)
    }

    /// A watch that ends earlier than this without a word has something wrong with it.
    static let shortest = Duration.seconds(5)
    /// After so many refusals in a row without any progress all is listed again: perhaps it is the version.
    static let patience = 8

    private(set) var state = State.empty
    private var paging = ListPaging()
    private var backoff = Backoff(from: .milliseconds(500), to: .seconds(30))
    private var refusals = 0
    private var generator: any RandomNumberGenerator & Sendable

    init(generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()) {
        self.generator = generator
    }

    var next: Step {
        switch state {
        case .empty, .listing: .list(paging)
        case .listed(let version): .open(version: version)
        case .watching: .read
        }
    }

    /// A page of the list came. Whether it was the last one.
    mutating func turned(to continuation: String?, version: String) -> Bool {
        backoff.reset()
        refusals = 0
        if paging.turned(to: continuation) {
            state = .listing
            return false
        }
        state = .listed(version: version)
        paging = ListPaging()
        return true
    }

    /// A page didn't come.
    /// - Returns: how long to wait. What was gathered counts no longer when the state is `empty` afterwards.
    mutating func listFailed(_ failure: KubernetesFailure) -> Duration {
        if paging.restarts(after: failure) || paging.continuation == nil {
            state = .empty
        } else if failure.reason == .expired {
            (state, paging) = (.empty, ListPaging())
        }
        return pause(after: failure)
    }

    /// The watch is open.
    mutating func opened() {
        if case .listed(let version) = state { state = .watching(version: version) }
    }

    /// The watch can't be opened.
    /// - Returns: how long to wait.
    mutating func openFailed(_ failure: KubernetesFailure) -> Duration {
        retreat(from: failure)
        return pause(after: failure)
    }

    /// - Returns: how long to wait before the next step.
    mutating func saw(_ occurrence: Occurrence) -> Duration {
        switch occurrence {
        case .moved(let version):
            if !version.isEmpty { state = .watching(version: version) }
            backoff.reset()
            refusals = 0
            return .zero
        case .refused(let failure):
            retreat(from: failure)
            return pause(after: failure)
        case .cut(nil, let life) where life >= Self.shortest:
            retreat(from: nil)
            return .zero
        case .cut(let failure, _):
            retreat(from: failure)
            return pause(after: failure)
        }
    }

    /// Leaves the watch: back to the list when the version no longer counts, else to where it was.
    private mutating func retreat(from failure: KubernetesFailure?) {
        // A server that isn't there says nothing about the version.
        if let failure, failure.code != 0 || [.malformed, .tooLarge].contains(failure.reason) { refusals += 1 }
        guard failure?.reason != .expired, refusals < Self.patience else {
            (state, paging, refusals) = (.empty, ListPaging(), 0)
            return
        }
        if case .watching(let version) = state { state = .listed(version: version) }
    }

    private mutating func pause(after failure: KubernetesFailure?) -> Duration {
        max(backoff.next(using: &generator), failure?.retryAfter ?? .zero)
    }
}
