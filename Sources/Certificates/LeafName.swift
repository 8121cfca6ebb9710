import PalanaCore

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

    /// nil when no leaf may be minted: whatever `HostName` doesn't take, or takes only by reading it as another spelling.
    public init?(_ raw: String) {
        let lowered = raw.lowercased()
        if !lowered.contains("/"), let address = AddressRange(lowered) {
            value = lowered
            kind = .address(address.bytes)
            return
        }
        guard let host = try? HostName(parsing: lowered), host.kind == .name, host.value == lowered,
            host.value != "invalid", !host.value.hasSuffix(".invalid")
        else { return nil }
        value = lowered
        kind = .host
    }
}
