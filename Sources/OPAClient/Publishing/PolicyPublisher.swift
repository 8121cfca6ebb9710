public import Logging
public import PalanaCore
public import ServiceLifecycle
import Synchronization

/// Puts sets of policies in force and keeps them there.
///
/// A new set is checked, loaded beside the one in force, asked whether it decides, and only then made the one that
/// requests are decided under: there is no moment without a set, and none with half of one. If anything fails, the
/// last good set stays. When OPA restarts it knows nothing, refuses everything, and is given the whole set again.
public final class PolicyPublisher: Service {
    private struct State {
        var current: SetLoader.Loadable?
        var reads = RequestUse.base
        /// OPA was found without the set, or could not be asked about it.
        var isInDoubt = false
        var checked: [PolicyRules: PolicyChecker.Checked] = [:]
    }

    private let loader: SetLoader
    private let checker: PolicyChecker
    private let book: RuleBook
    private let logger: Logger
    private let gate = SerialGate()
    private let state = Mutex(State())
    private let signals = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    public init(server: OPAServer, checker: PolicyChecker, book: RuleBook, logger: Logger) {
        loader = SetLoader(server: server)
        self.checker = checker
        self.book = book
        self.logger = logger
    }

    /// Replaces all policies by these.
    /// - Returns: the revision in force.
    /// - Throws: `PolicyProblem` when a policy is not fit, `PolicyFailure` when OPA can't be given the set. Then the
    ///   set from before stays in force.
    @discardableResult
    public func publish(_ policies: [PolicyRules]) async throws -> String {
        try await gate.alone {
            let (loadable, reads) = try await checkAll(policies)
            let before = state.withLock { $0.current }
            try await loader.load(loadable)
            state.withLock {
                $0.current = loadable
                $0.reads = reads
                $0.isInDoubt = false
            }
            book.enforce(loadable.set.policies, revision: loadable.set.revision)
            logger.info(
                "policies in force",
                metadata: ["revision": "\(loadable.set.revision)", "policies": "\(policies.count)"])
            await sweep(keeping: [before, loadable].compactMap(\.self))
            return loadable.set.revision
        }
    }

    /// Has OPA looked after soon: something didn't answer as it should. Cheap, and may be called for each failure.
    public func recheck() {
        signals.continuation.yield()
    }

    /// Which parts of a request the modules in force read; nil under any other revision, and while it isn't sure that
    /// OPA holds them.
    func reads(under revision: String) -> RequestUse? {
        state.withLock { $0.current?.set.revision == revision && !$0.isInDoubt ? $0.reads : nil }
    }

    /// Gives OPA the set again whenever it lost it, until cancelled.
    public func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.tick() }
                for await _ in signals.stream { await restore() }
                group.cancelAll()
            }
        }
    }

    private func tick() async {
        while !Task.isCancelled {
            recheck()
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
        }
    }

    /// Loading what OPA already holds changes nothing there and costs it no compilation.
    private func restore() async {
        await gate.alone {
            guard let current = state.withLock({ $0.current }) else { return }
            do {
                if try await !loader.holds(current.set.revision) {
                    state.withLock { $0.isInDoubt = true }
                    try await loader.load(current)
                    logger.warning("policies loaded again", metadata: ["revision": "\(current.set.revision)"])
                }
                state.withLock { $0.isInDoubt = false }
            } catch {
                state.withLock { $0.isInDoubt = true }
                logger.debug("policies not loaded", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func checkAll(_ policies: [PolicyRules]) async throws -> (SetLoader.Loadable, RequestUse) {
        let set = try PolicySet(policies)
        let known = state.withLock { $0.checked }
        var checked: [PolicyRules: PolicyChecker.Checked] = [:]
        for policy in set.policies {
            checked[policy] = if let found = known[policy] { found } else { try await checker.check(policy) }
        }
        state.withLock { $0.checked = checked }
        let kinds = set.modules.reduce(into: [String: [String]]()) { kinds, module in
            let policy = set.policies.first { $0.name == module.key }
            kinds[module.value.id] = policy.flatMap { checked[$0]?.kinds }
        }
        let reads = checked.values.reduce(RequestUse.base) { $0.union($1.reads) }
        return (SetLoader.Loadable(set: set, manifest: PolicyManifest(set, kinds: kinds)), reads)
    }

    /// What can't be removed is in nobody's way: no request asks for it.
    private func sweep(keeping kept: [SetLoader.Loadable]) async {
        do {
            try await loader.sweep(keeping: kept)
        } catch {
            logger.warning("old policies left in OPA", metadata: ["reason": "\(error)"])
        }
    }
}
