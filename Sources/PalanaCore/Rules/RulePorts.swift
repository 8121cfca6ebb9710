extension EgressRule {
    /// Whether the rule speaks of this scheme and port. Without `ports` it is 443 for https and 80 for http. Port 443
    /// never carries plain http and port 80 never https, whatever the rule lists.
    public func covers(scheme: RequestScheme, port: Int) -> Bool {
        guard EgressRule.isSound(scheme: scheme, port: port) else { return false }
        guard let ports else { return port == scheme.defaultPort }
        return ports.contains(port)
    }

    /// Whether a tunnel to this port could carry any request that the rule speaks of.
    public func covers(tunnelPort port: Int) -> Bool {
        covers(scheme: .https, port: port) || covers(scheme: .http, port: port)
    }

    static func isSound(scheme: RequestScheme, port: Int) -> Bool {
        switch port {
        case 443: scheme == .https
        case 80: scheme == .http
        default: true
        }
    }
}
