internal import Foundation

/// A range of IP addresses (CIDR).
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16 bytes; those past the prefix are zero.
    public let bytes: [UInt8]
    public let prefix: Int

    package init(bytes: [UInt8], prefix: Int) {
        self.bytes = bytes.indices.map { index in
            let kept = min(max(prefix - index * 8, 0), 8)
            return bytes[index] & ~(UInt8(truncatingIfNeeded: 0xff >> kept))
        }
        self.prefix = prefix
    }

    /// `10.0.0.0/8`, `fd00::/8`, or one address. nil when it is no such thing.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let bytes = Self.address(String(parts[0])) else { return nil }
        let whole = bytes.count * 8
        guard let prefix = parts.count == 2 ? Int(parts[1]) : whole, (0...whole).contains(prefix) else { return nil }
        self.init(bytes: bytes, prefix: prefix)
    }

    public var description: String { "\(addressText)/\(prefix)" }

    package var addressText: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    package func contains(_ other: AddressRange) -> Bool {
        bytes.count == other.bytes.count && prefix <= other.prefix
            && AddressRange(bytes: other.bytes, prefix: prefix) == self
    }

    /// What is left of this range without `hole`, as few ranges.
    package func subtracting(_ hole: AddressRange) -> [AddressRange] {
        if hole.contains(self) { return [] }
        guard contains(hole) else { return [self] }
        return halves.flatMap { $0.subtracting(hole) }
    }

    private var halves: [AddressRange] {
        var upper = bytes
        upper[prefix / 8] |= 0x80 >> (prefix % 8)
        return [AddressRange(bytes: bytes, prefix: prefix + 1), AddressRange(bytes: upper, prefix: prefix + 1)]
    }

    private static func address(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var six = in6_addr()
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: &six) { Array($0) } }
        return nil
    }
}
