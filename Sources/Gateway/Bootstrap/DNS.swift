/// Names become addresses in Envoy, never in the sandbox, and private answers are dropped.
enum DNS {
    /// Must be the same wherever one cache is used, or Envoy refuses the configuration.
    ///
    /// IPv4 first, IPv6 when there is no IPv4 address: hosts that only IPv6 reaches work, and a machine without IPv6
    /// doesn't lose time on addresses that it can't reach.
    static func cache(_ realm: Realm, resolvers: [Resolver]) -> JSONTree {
        [
            "name": .string(realm.cacheName),
            "dns_lookup_family": "V4_PREFERRED",
            "dns_refresh_rate": "60s", "dns_min_refresh_rate": "5s", "host_ttl": "300s", "dns_query_timeout": "5s",
            // The default of 1,024 names would let one agent's wildcard crowd out all others.
            "max_hosts": 32_768,
            "dns_cache_circuit_breaker": ["max_pending_requests": 8_192],
            "typed_dns_resolver_config": resolver(resolvers),
            "resolved_address_filter": ["ranges": .array(realm.blocked.map(\.tree))],
        ]
    }

    static func filter(_ realm: Realm, resolvers: [Resolver]) -> JSONTree {
        JSONTree.named(
            realm.filterName, "envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig",
            ["dns_cache_config": cache(realm, resolvers: resolvers)]
        ).merging(["disabled": .bool(!realm.isPublic)])
    }

    private static func resolver(_ servers: [Resolver]) -> JSONTree {
        let options: JSONTree = ["no_default_search_domain": true]
        return .named(
            "envoy.network.dns_resolver.cares",
            "envoy.extensions.network.dns_resolver.cares.v3.CaresDnsResolverConfig",
            servers.isEmpty
                ? ["dns_resolver_options": options]
                : ["resolvers": .array(servers.map(\.tree)), "dns_resolver_options": options])
    }
}
