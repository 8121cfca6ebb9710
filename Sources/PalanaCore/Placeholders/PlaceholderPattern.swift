/// The shape of a placeholder: literal text with `{name}` (the secret's name) and `{random:N}` (N random letters and
/// digits), so that programs that check a key's form accept it: `ghp_{random:36}`.
public struct PlaceholderPattern: Sendable, Hashable, CustomStringConvertible {
    enum Part: Sendable, Hashable {
        case literal(String)
        case name
        case random(Int)
    }

    /// `palana-{name}-{random:32}`.
    public static let standard = PlaceholderPattern(
        description: "palana-{name}-{random:32}", parts: [.literal("palana-"), .name, .literal("-"), .random(32)])

    /// Placeholders are at most this long, in bytes.
    public static let maximumLength = 256
    /// One character of 62 carries 5.95 bits: 22 of them are the first count above 128 bits.
    public static let minimumRandomCharacters = 22

    public let description: String
    let parts: [Part]

    private init(description: String, parts: [Part]) {
        self.description = description
        self.parts = parts
    }

    /// - Throws: a sentence that says what is wrong with the pattern.
    public init(parsing text: String) throws(PlaceholderPatternError) {
        var parts: [Part] = []
        var rest = text[...]
        while !rest.isEmpty {
            if rest.first == "{" {
                guard let end = rest.firstIndex(of: "}") else { throw .init(text, "a { has no }") }
                parts.append(try PlaceholderPattern.field(rest[rest.index(after: rest.startIndex)..<end], in: text))
                rest = rest[rest.index(after: end)...]
            } else {
                let literal = rest.prefix { $0 != "{" }
                guard literal.utf8.allSatisfy(\.isUnreserved) else {
                    throw .init(text, "outside of {…} only letters, digits and - . _ ~ can stand")
                }
                parts.append(.literal(String(literal)))
                rest = rest[literal.endIndex...]
            }
        }
        try PlaceholderPattern.check(parts, text)
        self.init(description: text, parts: parts)
    }

    /// A fresh placeholder from the system's random source.
    public func generate(secretName: String) -> String {
        var generator = SystemRandomNumberGenerator()
        return generate(secretName: secretName, using: &generator)
    }

    func generate(secretName: String, using generator: inout some RandomNumberGenerator) -> String {
        var result = ""
        for part in parts {
            switch part {
            case .literal(let text): result += text
            case .name: result += PlaceholderPattern.plain(secretName)
            case .random(let count):
                for _ in 0..<count {
                    result.unicodeScalars.append(
                        Self.alphabet[Int.random(in: 0..<Self.alphabet.count, using: &generator)])
                }
            }
        }
        return result
    }

    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".unicodeScalars)

    private static func plain(_ name: String) -> String {
        String(decoding: name.utf8.prefix(64).map { $0.isUnreserved ? $0 : UInt8(ascii: "-") }, as: UTF8.self)
    }

    private static func field(_ field: Substring, in text: String) throws(PlaceholderPatternError) -> Part {
        if field == "name" { return .name }
        guard field.hasPrefix("random:"), let count = Int(field.dropFirst(7)), count > 0 else {
            throw .init(text, "{\(String(field).printable(limit: 40))} is neither {name} nor {random:N}")
        }
        guard count <= maximumLength else { throw .init(text, "more than \(maximumLength) characters") }
        return .random(count)
    }

    private static func check(_ parts: [Part], _ text: String) throws(PlaceholderPatternError) {
        var random = 0
        var length = 0
        for part in parts {
            switch part {
            case .literal(let text): length += text.utf8.count
            case .name: length += 64
            case .random(let count):
                random += count
                length += count
            }
        }
        guard random >= minimumRandomCharacters else {
            throw .init(
                text, "\(random) random characters can be guessed; use at least {random:\(minimumRandomCharacters)}")
        }
        guard length <= maximumLength else { throw .init(text, "more than \(maximumLength) characters") }
    }
}

/// Why a text is no placeholder pattern.
public struct PlaceholderPatternError: Error, Sendable, Hashable, CustomStringConvertible {
    public let description: String

    init(_ text: String, _ reason: String) {
        description = "\"\(text.printable(limit: 80))\": \(reason)"
    }
}
