public import KubernetesClient

/// One step of a JSON Patch (RFC 6902).
public struct JSONPatchStep: Encodable, Sendable, Hashable {
    public enum Operation: String, Encodable, Sendable {
        case add, remove, replace
    }

    public var op: Operation
    /// A JSON Pointer (RFC 6901).
    public var path: String
    /// Nil for `remove` only.
    public var value: JSONValue?

    public init(_ op: Operation, _ path: String, _ value: JSONValue? = nil) {
        self.op = op
        self.path = path
        self.value = value
    }
}

enum JSONPatch {
    /// The steps that make `new` out of `old`. Lists are replaced as a whole: the API server runs the steps on the very
    /// object that it sent.
    static func steps(from old: JSONValue, to new: JSONValue, at path: String = "") -> [JSONPatchStep] {
        guard old != new else { return [] }
        guard case .object(let before) = old, case .object(let after) = new else {
            return [JSONPatchStep(.replace, path, new)]
        }
        return Set(before.keys).union(after.keys).sorted().flatMap { name -> [JSONPatchStep] in
            let place = "\(path)/\(escaped(name))"
            switch (before[name], after[name]) {
            case (nil, let added?): return [JSONPatchStep(.add, place, added)]
            case (_?, nil): return [JSONPatchStep(.remove, place)]
            case (let left?, let right?): return steps(from: left, to: right, at: place)
            case (nil, nil): return []
            }
        }
    }

    private static func escaped(_ name: String) -> String {
        name.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }
}
