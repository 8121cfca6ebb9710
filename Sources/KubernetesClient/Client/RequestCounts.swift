/// How many requests went out, by what they were for. Repetitions of a request count again.
public struct RequestCounts: Sendable, Hashable {
    public enum Verb: String, Sendable, CaseIterable {
        case get, list, watch, create, apply, patch, delete, review, discovery, connect
    }

    public var byVerb: [Verb: Int] = [:]

    public init() {}

    public subscript(verb: Verb) -> Int { byVerb[verb] ?? 0 }

    /// All that may change something.
    public var writes: Int { self[.create] + self[.apply] + self[.patch] + self[.delete] }
    public var total: Int { byVerb.values.reduce(0, +) }

    mutating func count(_ verb: Verb) { byVerb[verb, default: 0] += 1 }
}
