/// A port's number or name, and similar fields that take either.
public enum IntOrString: Codable, Hashable, Sendable, ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
    case int(Int)
    case string(String)

    public init(integerLiteral number: Int) { self = .int(number) }
    public init(stringLiteral text: String) { self = .string(text) }

    public init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if let number = try? value.decode(Int.self) {
            self = .int(number)
        } else {
            self = .string(try value.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var value = encoder.singleValueContainer()
        switch self {
        case .int(let number): try value.encode(number)
        case .string(let text): try value.encode(text)
        }
    }
}
