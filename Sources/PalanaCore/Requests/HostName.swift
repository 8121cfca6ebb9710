/// A host as the gateway compares it: lower case, no trailing dot, A-labels; an IP literal in its usual spelling.
public struct HostName: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Sendable, Hashable {
        case name, ipv4, ipv6
    }

    /// `api.example.com`, `10.0.0.1` or `[2001:db8::1]`.
    public let value: String
    public let kind: Kind
    /// False when an address came in another spelling (`0x7f.1`, `2130706433`, `[::ffff:10.0.0.1]`). Programs read
    /// those differently, so the gateway recognises and refuses them.
    public let isUsualSpelling: Bool

    public var description: String { value }

    /// Reads a host without its port.
    /// - Throws: `malformed_request` with what is wrong and what to write.
    public init(parsing text: String) throws(Refusal) {
        try self.init(bytes: Array(text.utf8)[...])
    }

    init(bytes: ArraySlice<UInt8>) throws(Refusal) {
        if bytes.first == UInt8(ascii: "[") {
            self = try HostName.ipv6(bytes)
            return
        }
        var name = bytes.map(\.lowercased)
        if name.last == UInt8(ascii: ".") { name.removeLast() }
        if IPv4Literal.isMeant(by: name) {
            self = try HostName.ipv4(name)
            return
        }
        try HostName.checkLabels(of: name)
        self.init(value: String(decoding: name, as: UTF8.self), kind: .name, isUsualSpelling: true)
    }

    private init(value: String, kind: Kind, isUsualSpelling: Bool) {
        self.value = value
        self.kind = kind
        self.isUsualSpelling = isUsualSpelling
    }

    private static func ipv4(_ name: [UInt8]) throws(Refusal) -> HostName {
        guard let address = IPv4Literal(name) else {
            throw .malformed(
                "host \"\(show(name))\" ends in a number but is no IPv4 address",
                hint: "write a host name, or an address as four decimal numbers")
        }
        let usual = address.description
        return HostName(value: usual, kind: .ipv4, isUsualSpelling: Array(usual.utf8) == name)
    }

    private static func ipv6(_ bytes: ArraySlice<UInt8>) throws(Refusal) -> HostName {
        guard bytes.last == UInt8(ascii: "]"), let address = IPv6Literal(bytes.dropFirst().dropLast()) else {
            throw .malformed(
                "host \"\(show(bytes))\" is no IPv6 address", hint: "write it as in [2001:db8::1], without a zone")
        }
        if let mapped = address.mappedIPv4 {
            return HostName(value: mapped.description, kind: .ipv4, isUsualSpelling: false)
        }
        let usual = "[\(address)]"
        return HostName(value: usual, kind: .ipv6, isUsualSpelling: Array(usual.utf8) == bytes.map(\.lowercased))
    }

    /// RFC 1123, section 2.1 and RFC 5890, section 2.3.1: letters, digits, hyphens; `xn--` labels must decode.
    private static func checkLabels(of name: [UInt8]) throws(Refusal) {
        guard !name.isEmpty, name.count <= 253 else {
            throw .malformed("the host is empty or longer than 253 characters", hint: "send the name of one host")
        }
        for label in name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) {
            guard isLDH(label), ALabel.isValidOrPlain(label) else {
                throw .malformed(
                    "host \"\(show(name))\" is no valid host name (label \"\(show(label))\")",
                    hint: "use letters, digits and hyphens; write international names as A-labels (xn--…)")
            }
        }
    }

    private static func isLDH(_ label: ArraySlice<UInt8>) -> Bool {
        guard !label.isEmpty, label.count <= 63, label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-")
        else {
            return false
        }
        return label.allSatisfy { $0.isAlphanumeric || $0 == UInt8(ascii: "-") }
    }

    private static func show(_ bytes: some Collection<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self).printable(limit: 100)
    }
}

extension Refusal {
    /// A request that is none, or that two programs could read in two ways.
    static func malformed(_ message: String, hint: String? = nil) -> Refusal {
        Refusal(.malformedRequest, message, hint: hint)
    }
}
