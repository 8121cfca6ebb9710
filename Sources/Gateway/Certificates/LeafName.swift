#if canImport(Glibc)
    import Glibc
#endif

/// A name that a leaf may be minted for: a host of A-labels (RFC 5890) or an IP literal. Anything else never gets one.
public struct LeafName: Hashable, Sendable, CustomStringConvertible {
    public enum Kind: Hashable, Sendable {
        case host
        /// 4 or 16 bytes.
        case address([UInt8])
    }

    /// Lower case.
    public let value: String
    public let kind: Kind

    public var description: String { value }

    /// What Envoy asks for when a client sent no SNI; always refused (`.invalid`, RFC 6761).
    public static let noSNI = "no-sni.invalid"

    /// nil when no leaf may be minted: wildcards, empty or over-long labels, anything but letters, digits and hyphens.
    public init?(_ raw: String) {
        guard !raw.isEmpty, raw.utf8.count <= 253 else { return nil }
        let lowered = raw.lowercased()
        if let address = Self.address(lowered) {
            value = lowered
            kind = .address(address)
            return
        }
        let labels = lowered.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.allSatisfy(Self.isLabel), let last = labels.last, !last.elementsEqual("invalid".utf8),
            !last.allSatisfy(Self.isDigit)
        else { return nil }
        value = lowered
        kind = .host
    }

    /// RFC 1123 and RFC 5890: 1 to 63 letters, digits and hyphens, no hyphen at an end, hyphens at 3 and 4
    /// only as `xn--`.
    private static func isLabel(_ label: Substring.UTF8View.SubSequence) -> Bool {
        guard (1...63).contains(label.count), let first = label.first, let last = label.last else { return false }
        let hyphen = UInt8(ascii: "-")
        guard first != hyphen, last != hyphen else { return false }
        guard label.allSatisfy({ isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == hyphen })
        else { return false }
        let reserved = label.dropFirst(2).prefix(2).elementsEqual("--".utf8)
        return !reserved || label.starts(with: "xn--".utf8) && label.count > 4
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func address(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: &six) { Array($0) } }
        return nil
    }
}
