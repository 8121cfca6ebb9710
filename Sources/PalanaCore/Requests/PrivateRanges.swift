/// Addresses that no agent may reach unless an administrator said so: everything that isn't the public Internet.
///
/// IANA's special-purpose registries (RFC 6890), multicast, every way to write an IPv4 address into an IPv6 one
/// (mapped, compatible, NAT64, 6to4, Teredo), and the metadata services of clouds, of which only Azure's stands
/// outside those ranges.
public enum PrivateRanges {
    public static let all: [AddressRange] = (four + six).compactMap(AddressRange.init)

    /// - Parameter host: normalised, as `HostName.value`; false for a name.
    package static func contain(host: String) -> Bool {
        let text = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        guard !text.contains("/"), let address = AddressRange(text) else { return false }
        return all.contains { $0.contains(address) }
    }

    package static let four = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
    ]

    package static let six = [
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32",
        "2002::/16", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8",
    ]
}
