import Foundation

/// A JSON value that reads in Swift nearly as it does in JSON.
indirect enum JSONTree: Sendable, Hashable {
    case object([String: JSONTree])
    case array([JSONTree])
    case string(String)
    case integer(Int)
    case bool(Bool)

    /// One object with the members of both; `other` wins.
    func merging(_ other: JSONTree) -> JSONTree {
        guard case .object(let mine) = self, case .object(let theirs) = other else { return other }
        return .object(mine.merging(theirs) { $1 })
    }

    /// An extension's configuration under its type (`@type`).
    static func typed(_ type: String, _ members: [String: JSONTree] = [:]) -> JSONTree {
        .object(members.merging(["@type": .string("type.googleapis.com/\(type)")]) { $1 })
    }

    /// `{"name": …, "typed_config": {"@type": …, …}}`.
    static func named(_ name: String, _ type: String, _ members: [String: JSONTree] = [:]) -> JSONTree {
        ["name": .string(name), "typed_config": .typed(type, members)]
    }
}

extension JSONTree: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSONTree...) { self = .array(elements) }
    init(dictionaryLiteral elements: (String, JSONTree)...) {
        self = .object(Dictionary(elements) { $1 })
    }
}

extension JSONTree: Encodable {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .object(let members): try container.encode(members)
        case .array(let elements): try container.encode(elements)
        case .string(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .bool(let value): try container.encode(value)
        }
    }
}
