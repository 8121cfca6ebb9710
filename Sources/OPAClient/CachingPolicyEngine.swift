public import PalanaCore
import Synchronization

/// Remembers decisions for a moment.
///
/// Sound because a decision depends on nothing but its input and the revision: capabilities leave modules no clock, no
/// chance and no network. What nobody reads (the request's id and time, headers no module looks at) is left out of
/// the comparison; a module whose reading can't be told from its syntax gets whole requests compared, id and time
/// included, so it is asked each time. An answer is used for no longer than OPA may take for one, so that an OPA that
/// is gone is missed as soon as one that is slow; a failure forgets everything.
public final class CachingPolicyEngine: PolicyEngine {
    private struct Entry {
        let decision: PolicyDecision
        let until: ContinuousClock.Instant
    }

    private let engine: any PolicyEngine
    private let publisher: PolicyPublisher
    private let lifetime: Duration
    private let limit: Int
    private let entries = Mutex<[PolicyInput: Entry]>([:])

    /// - Parameters:
    ///   - lifetime: at most OPA's decision deadline.
    ///   - limit: how many decisions are kept; when more come, all are forgotten.
    public init(
        _ engine: any PolicyEngine, publisher: PolicyPublisher, lifetime: Duration = .seconds(1), limit: Int = 4096
    ) {
        self.engine = engine
        self.publisher = publisher
        self.lifetime = lifetime
        self.limit = limit
    }

    public func decide(_ input: PolicyInput) async throws(PolicyFailure) -> PolicyDecision {
        let reads = publisher.reads(under: input.policyRevision)
        // Swift takes two spellings of one Unicode text for equal, OPA does not: only ASCII is compared here.
        guard let key = reads.map(input.reduced), key.isASCII else { return try await engine.decide(input) }
        let asked = ContinuousClock.now
        if let known = entries.withLock({ $0[key] }), known.until > asked { return known.decision }
        do {
            let decision = try await engine.decide(input)
            keep(Entry(decision: decision, until: asked + lifetime), for: key)
            return decision
        } catch {
            entries.withLock { $0.removeAll() }
            throw error
        }
    }

    private func keep(_ entry: Entry, for key: PolicyInput) {
        entries.withLock { entries in
            if entries.count >= limit { entries.removeAll() }
            entries[key] = entry
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
        let rules = (rules.allow + rules.deny).flatMap {
            [$0.name, $0.rule.host] + ($0.rule.methods ?? []) + ($0.rule.paths ?? [])
        }
        let texts =
            [agent.name, agent.namespace ?? "", agent.owner, agent.template ?? ""]
            + agent.labels.flatMap { [$0.key, $0.value] } + request.headers.flatMap { [$0.key, $0.value] }
            + [request.id, request.time, request.scheme, request.method, request.host, request.path, request.protocol]
            + [request.sni ?? "", request.connectAuthority ?? "", request.upgrade ?? ""] + request.queryKeys
            + credentials.foreign + credentials.placeholders.flatMap { [$0.secret] + $0.boundHosts } + rules
        return texts.allSatisfy { $0.utf8.allSatisfy { $0 < 128 } }
    }
}
