/// JSON whose bytes follow from its content alone: members sorted by key, no white space, integers only, and no escape
/// that isn't needed (a subset of RFC 8785), so that a hash over it means something.
public enum CanonicalJSON: Sendable {
    case string(String)
    case integer(Int)
    case bool(Bool)
    case array([CanonicalJSON])
    case object(CanonicalMembers)

    public func write(to out: inout [UInt8]) {
        switch self {
        case .string(let text): Self.write(text, to: &out)
        case .integer(let number): out.append(contentsOf: String(number).utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .array(let items): Self.write(items, to: &out)
        case .object(let members): members.write(to: &out)
        }
    }

    private static func write(_ items: [CanonicalJSON], to out: inout [UInt8]) {
        out.append(UInt8(ascii: "["))
        for (index, item) in items.enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            item.write(to: &out)
        }
        out.append(UInt8(ascii: "]"))
    }

    static func write(_ text: String, to out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        if text.utf8.contains(where: needsEscape) {
            for byte in text.utf8 { writeEscaped(byte, to: &out) }
        } else {
            out.append(contentsOf: text.utf8)
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private static func writeEscaped(_ byte: UInt8, to out: inout [UInt8]) {
        guard needsEscape(byte) else { return out.append(byte) }
        out.append(UInt8(ascii: "\\"))
        guard byte < 0x20 else { return out.append(byte) }
        let digits = Array("0123456789abcdef".utf8)
        out.append(contentsOf: "u00".utf8)
        out.append(digits[Int(byte >> 4)])
        out.append(digits[Int(byte & 15)])
    }
}

/// The members of a JSON object. Keys are ASCII words of our own; what is nil or empty is left out.
public struct CanonicalMembers: Sendable {
    private var members: [(key: String, value: CanonicalJSON)] = []

    public init() {}

    public var isEmpty: Bool { members.isEmpty }

    public mutating func set(_ key: String, _ value: CanonicalJSON) {
        members.append((key, value))
    }

    public mutating func set(_ key: String, _ text: String?) {
        if let text { set(key, .string(text)) }
    }

    public mutating func set(_ key: String, _ number: Int?) {
        if let number { set(key, .integer(number)) }
    }

    public mutating func set(_ key: String, _ texts: [String]?) {
        if let texts, !texts.isEmpty { set(key, .array(texts.map(CanonicalJSON.string))) }
    }

    public mutating func set(_ key: String, _ object: CanonicalMembers) {
        if !object.isEmpty { set(key, .object(object)) }
    }

    public func write(to out: inout [UInt8]) {
        out.append(UInt8(ascii: "{"))
        writeMembers(to: &out)
        out.append(UInt8(ascii: "}"))
    }

    /// The members without the braces around them, for an object that is put together from several parts.
    public func writeMembers(to out: inout [UInt8]) {
        for (index, member) in members.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { out.append(UInt8(ascii: ",")) }
            CanonicalJSON.write(member.key, to: &out)
            out.append(UInt8(ascii: ":"))
            member.value.write(to: &out)
        }
    }
}
