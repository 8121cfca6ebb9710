public import PalanaCore
import Synchronization

/// Remembers decisions for a moment.
///
/// Sound because a decision depends on nothing but its input and the revision: capabilities leave modules no clock, no
/// chance and no network. What nobody reads (the request's id and time, headers no module looks at) is left out of
/// the comparison; a module whose reading can't be told from its syntax gets whole requests compared, id and time
/// included, so it is asked each time.
///
/// What is remembered belongs to one life of OPA: with its process the answers are gone, at once. An OPA that hangs is
/// missed when the answers have become as old as OPA may take for one. A failure forgets everything.
public final class CachingPolicyEngine: PolicyEngine {
    private struct Entry {
        let decision: PolicyDecision
        let until: ContinuousClock.Instant
    }

    private struct State {
        var life: OPALife?
        var entries: [PolicyInput: Entry] = [:]
    }

    private let engine: any PolicyEngine
    private let server: OPAServer
    private let publisher: PolicyPublisher
    private let lifetime: Duration
    private let limit: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - lifetime: at most OPA's decision deadline.
    ///   - limit: how many decisions are kept; when more come, all are forgotten.
    public init(
        _ engine: any PolicyEngine, server: OPAServer, publisher: PolicyPublisher, lifetime: Duration = .seconds(1),
        limit: Int = 4096
    ) {
        self.engine = engine
        self.server = server
        self.publisher = publisher
        self.lifetime = lifetime
        self.limit = limit
    }

    public func decide(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision {
        let reads = publisher.reads(under: input.policyRevision)
        // Swift takes two spellings of one Unicode text for equal, OPA does not: only ASCII is compared here.
        guard let key = reads.map(input.reduced), key.isASCII else { return try await engine.decide(input) }
        let asked = ContinuousClock.now
        if let known = known(key, at: asked) { return known }
        // Joined before the question, so that the answer is never remembered for a later process than gave it.
        let life = currentLife()
        do {
            let decision = try await engine.decide(input)
            if let life { keep(Entry(decision: decision, until: asked + lifetime), for: key, of: life) }
            return decision
        } catch {
            state.withLock { $0 = State() }
            throw error
        }
    }

    private func known(_ key: PolicyInput, at time: ContinuousClock.Instant) -> PolicyDecision? {
        let (entry, life) = state.withLock { ($0.entries[key], $0.life) }
        guard let entry, entry.until > time, let life, !life.isOver else { return nil }
        return entry.decision
    }

    /// The life that is remembered if it goes on, else a new one, with nothing remembered.
    private func currentLife() -> OPALife? {
        if let life = state.withLock(\.life), !life.isOver { return life }
        let life = server.life()
        state.withLock { $0 = State(life: life) }
        return life
    }

    private func keep(_ entry: Entry, for key: PolicyInput, of life: OPALife) {
        guard !life.isOver else { return }
        state.withLock { state in
            guard state.life === life else { return }
            if state.entries.count >= limit { state.entries.removeAll() }
            state.entries[key] = entry
        }
    }
}

extension PolicyInput {
    /// This input with everything blank that decides nothing.
    func reduced(to reads: RequestUse) -> PolicyInput {
        guard let fields = reads.fields else { return self }
        var input = self
        if !fields.contains("id") { input.request.id = "" }
        if !fields.contains("time") { input.request.time = "" }
        if !fields.contains("query_keys") { input.request.queryKeys = [] }
        if !fields.contains("protocol") { input.request.protocol = "" }
        if !fields.contains("sni") { input.request.sni = nil }
        if !fields.contains("connect_authority") { input.request.connectAuthority = nil }
        if !fields.contains("body_bytes") { input.request.bodyBytes = nil }
        if !fields.contains("upgrade") { input.request.upgrade = nil }
        if let headers = reads.headers {
            input.request.headers = input.request.headers.filter { headers.contains($0.key) }
        }
        return input
    }

    /// Whether equal means equal byte by byte.
    var isASCII: Bool {
        agent.isASCII && request.isASCII && credentials.foreign.allSatisfy(\.isASCII)
            && credentials.placeholders.allSatisfy { $0.secret.isASCII && $0.boundHosts.allSatisfy(\.isASCII) }
            && rules.allow.allSatisfy(\.isASCII) && rules.deny.allSatisfy(\.isASCII)
    }
}

extension PolicyInput.Agent {
    fileprivate var isASCII: Bool {
        name.isASCII && (namespace?.isASCII ?? true) && owner.isASCII && (template?.isASCII ?? true)
            && labels.allSatisfy { $0.key.isASCII && $0.value.isASCII }
    }
}

extension PolicyInput.Request {
    fileprivate var isASCII: Bool {
        id.isASCII && time.isASCII && scheme.isASCII && method.isASCII && host.isASCII && path.isASCII
            && `protocol`.isASCII && (sni?.isASCII ?? true) && (connectAuthority?.isASCII ?? true)
            && (upgrade?.isASCII ?? true) && queryKeys.allSatisfy(\.isASCII)
            && headers.allSatisfy { $0.key.isASCII && $0.value.isASCII }
    }
}

extension PolicyInput.NamedRule {
    fileprivate var isASCII: Bool {
        name.isASCII && rule.host.isASCII && (rule.methods?.allSatisfy(\.isASCII) ?? true)
            && (rule.paths?.allSatisfy(\.isASCII) ?? true)
    }
}

extension String {
    fileprivate var isASCII: Bool { utf8.allSatisfy { $0 < 128 } }
}
