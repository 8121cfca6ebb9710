extension JSONValue {
    /// Any encodable value as JSON.
    public init(of value: some Encodable) throws(KubernetesFailure) {
        do {
            self = try JSONValueEncoder.encode(value)
        } catch {
            throw KubernetesFailure(.malformed, "\(type(of: value)) can't be written as JSON.")
        }
    }

    /// Whether `observed` already has all that this value wants, so that applying it would change nothing: each member
    /// of an object is there and covered; lists are the same length and covered one by one. An empty object or list
    /// wants emptiness (`podSelector: {}` is not met by a selector that somebody narrowed), which may be written as
    /// nothing at all.
    public func isCovered(by observed: JSONValue?) -> Bool {
        switch (self, observed ?? .null) {
        case (.object(let wanted), .object(let there)):
            wanted.isEmpty ? there.isEmpty : wanted.allSatisfy { $0.value.isCovered(by: there[$0.key]) }
        case (.array(let wanted), .array(let there)):
            wanted.count == there.count && zip(wanted, there).allSatisfy { $0.isCovered(by: $1) }
        case (.object(let wanted), .null): wanted.isEmpty
        case (.array(let wanted), .null): wanted.isEmpty
        case (.integer(let wanted), .number(let there)): Double(wanted) == there
        case (.number(let wanted), .integer(let there)): wanted == Double(there)
        case (let wanted, let there): wanted == there
        }
    }
}

extension KubernetesObject {
    /// Whether `observed` has all that this object, as it would be applied, says: `status` and what the API server
    /// sets itself don't count. Quantities are compared as they are written, so write them as the API server does
    /// (`500m`, `1`, `2Gi`).
    public func isCovered(by observed: Self) -> Bool {
        guard let wanted = try? JSONValue(of: self).forApplying, let there = try? JSONValue(of: observed) else {
            return false
        }
        return wanted.isCovered(by: there)
    }
}

extension JSONValue {
    /// Without what an apply must not claim: the status (a subresource of its own) and what the API server sets.
    var forApplying: JSONValue {
        var body = self
        body["status"] = nil
        if var metadata = body["metadata"] {
            for field in ["creationTimestamp", "generation", "deletionTimestamp"] { metadata[field] = nil }
            body["metadata"] = metadata
        }
        return body
    }
}
