import PalanaCore

/// The second layer against private addresses: the address that was really chosen, checked once more before a request
/// leaves. It also holds the ports of `--allow-private`, which DNS knows nothing of.
enum AddressGuard {
    static func filter(_ realm: Realm) -> JSONTree {
        .named(
            "envoy.filters.http.upstream_rbac", "envoy.extensions.filters.http.rbac.v3.RBAC",
            [
                "rules": [
                    "action": "DENY",
                    "policies": [
                        "private_address": [
                            "permissions": [["or_rules": ["rules": .array(permissions(realm))]]],
                            "principals": [["any": true]],
                        ]
                    ],
                ]
            ])
    }

    private static func permissions(_ realm: Realm) -> [JSONTree] {
        let limits = realm.portLimits.sorted { $0.key.description < $1.key.description }
        return realm.blocked.map { address($0) }
            + limits.map { range, ports in
                let allowed = ports.sorted().map { port($0) }
                return [
                    "and_rules": ["rules": [address(range), ["not_rule": ["or_rules": ["rules": .array(allowed)]]]]]
                ]
            }
    }

    private static func address(_ range: AddressRange) -> JSONTree { matcher(["upstream_ip": range.tree]) }

    private static func port(_ port: Int) -> JSONTree {
        matcher(["upstream_port_range": ["start": .integer(port), "end": .integer(port)]])
    }

    private static func matcher(_ members: [String: JSONTree]) -> JSONTree {
        [
            "matcher": .named(
                "upstream_ip_port", "envoy.extensions.rbac.matchers.upstream_ip_port.v3.UpstreamIpPortMatcher", members)
        ]
    }
}

extension AddressRange {
    /// As Envoy's `CidrRange`.
    var tree: JSONTree { ["address_prefix": .string(addressText), "prefix_len": .integer(prefix)] }
}
