/// What became of the attempts to put the cluster's policies in force, and whether a replica can serve with that.
public struct PolicyStanding: Sendable, Hashable {
    private var isInForce = false
    /// Why what is in force isn't what the cluster holds; nil when it is.
    public private(set) var problem: String? = "no policies are in force yet"
    /// Why this replica can decide nothing; nil when it can. With a set that was refused the one before it goes on
    /// deciding: else one policy that got past admission would stop every replica.
    public private(set) var missing: String? = "no policies are in force yet"

    public init() {}

    /// The newest set is in force.
    public mutating func published() {
        (isInForce, problem, missing) = (true, nil, nil)
    }

    /// The newest set is wrong, and nothing but another set mends that.
    /// - Returns: whether that is news.
    public mutating func refused(_ sentence: String) -> Bool { note(sentence, missing: isInForce ? nil : sentence) }

    /// The engine can't be given anything at the moment, so perhaps it can't be asked either.
    /// - Returns: whether that is news.
    public mutating func failed(_ sentence: String) -> Bool { note(sentence, missing: sentence) }

    private mutating func note(_ sentence: String, missing: String?) -> Bool {
        defer { (problem, self.missing) = (sentence, missing) }
        return problem != sentence
    }
}
