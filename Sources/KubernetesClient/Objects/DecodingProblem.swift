/// What is wrong with JSON that can't be read as a kind, without a byte of its values.
enum DecodingProblem {
    /// - Parameter depth: how much of the path is left out: what stands around the object in question.
    static func sentence(_ error: any Error, below depth: Int = 0) -> String {
        func path(_ keys: [any CodingKey]) -> String { Self.path(Array(keys.dropFirst(depth))) }
        return switch error {
        case DecodingError.keyNotFound(let key, let context): "\(path(context.codingPath + [key])) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(path(context.codingPath)) has another type than it should"
        case DecodingError.dataCorrupted(let context):
            context.codingPath.isEmpty ? "not JSON" : "\(path(context.codingPath)) has a value that is not allowed"
        default: "not readable"
        }
    }

    /// `spec.egress.allow[2].host`
    static func path(_ keys: [any CodingKey]) -> String {
        keys.reduce(into: "") { text, key in
            if let index = key.intValue {
                text += "[\(index)]"
            } else {
                text += text.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
    }
}
