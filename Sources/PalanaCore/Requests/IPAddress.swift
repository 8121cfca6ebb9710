/// One IP address, compared by its value and not by its spelling. An IPv4 address inside an IPv6 one (`::ffff:a.b.c.d`,
/// RFC 4291, section 2.5.5.2) is that IPv4 address: which of the two a peer shows depends on the socket alone.
public struct IPAddress: Hashable, Sendable, CustomStringConvertible {
    /// 4 or 16, in network order.
    public let bytes: [UInt8]

    private static let mapped: [UInt8] = Array(repeating: 0, count: 10) + [0xFF, 0xFF]

    /// nil for anything but one address: no range, no zone, no port.
    public init?(_ text: String) {
        guard !text.contains("/"), let range = AddressRange(text) else { return nil }
        bytes = range.bytes.starts(with: Self.mapped) ? Array(range.bytes.suffix(4)) : range.bytes
    }

    public var isIPv4: Bool { bytes.count == 4 }

    /// In the usual spelling (RFC 5952).
    public var description: String { AddressRange(bytes: bytes, prefix: bytes.count * 8).addressText }
}
