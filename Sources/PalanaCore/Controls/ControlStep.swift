/// One thing that a runtime does to an agent because what is ordered about it has changed. In the order in which they are
/// done.
public enum ControlStep: String, Sendable, CaseIterable {
    /// Its listener goes, with all that it has open, and what is cached of its secrets.
    case cut
    case freeze
    /// All its processes end at once, without a word to them.
    case kill
    /// The agent goes, its data by its reclaim policy.
    case delete
    /// It may send again.
    case open
    case thaw
    /// It ran when it was killed, so it starts again.
    case start

    /// What leads from `before` to `now`.
    ///
    /// - Parameters:
    ///   - before: what has been done so far; nil when that isn't known, so after a start of the platform. Then
    ///     everything is done that could be missing.
    ///   - ranBefore: whether the agent ran when it was killed.
    public static func between(
        _ before: ControlOrder?, _ now: ControlOrder, ranBefore: Bool = false
    ) -> [ControlStep] {
        guard let cause = now.effectiveLevel else {
            guard let before, before.isKilled else { return [] }
            let wasFrozen = before.effectiveLevel == .freeze
            return [.open] + (wasFrozen ? [.thaw] : []) + (ranBefore && now.processes == .run ? [.start] : [])
        }
        var steps: [ControlStep] = before?.isKilled == true ? [] : [.cut]
        let last = before?.effectiveLevel
        if last == .freeze, cause < .freeze { steps.append(.thaw) }
        if cause == .freeze, last != .freeze { steps.append(.freeze) }
        if cause >= .suspend, (last ?? .network) < .suspend { steps.append(.kill) }
        if cause == .terminate, last != .terminate { steps.append(.delete) }
        return steps
    }
}
