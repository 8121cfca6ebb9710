import PalanaCore

/// Where a request goes, once everything that names a destination has named the same one.
struct Destination: Sendable, Hashable {
    let host: HostName
    let port: Int
    let scheme: RequestScheme
}

/// SNI, CONNECT authority and Host must name the same host and port. Nothing in Envoy compares them.
enum AuthorityAgreement {
    static func destination(of request: EgressRequest) throws(Refusal) -> Destination {
        let authority = try Authority(parsing: request.authority)
        let scheme = try scheme(of: request)
        let port = authority.port(for: scheme)
        if let sni = request.sni, !sni.isEmpty {
            let named = try Authority(parsing: sni)
            guard named.host == authority.host, named.port == nil else {
                throw mismatch("the TLS connection was made to \(named) but the request is for \(authority.host)")
            }
        }
        if let connect = request.caller.connectAuthority, !connect.isEmpty {
            let tunnel = try Authority(parsing: connect)
            guard tunnel.host == authority.host, tunnel.port(for: scheme) == port else {
                throw mismatch("the tunnel was opened to \(tunnel) but the request is for \(authority.host):\(port)")
            }
        }
        try checkSpelling(authority.host)
        return Destination(host: authority.host, port: port, scheme: scheme)
    }

    static func checkSpelling(_ host: HostName) throws(Refusal) {
        guard host.isUsualSpelling else {
            throw RequestSanity.malformed(
                "the host is the address \(host) in an unusual spelling", "write it as \(host)")
        }
    }

    /// TLS with a name is https and nothing else is; a client can claim any scheme.
    private static func scheme(of request: EgressRequest) throws(Refusal) -> RequestScheme {
        guard let scheme = RequestScheme(rawValue: request.scheme) else {
            throw RequestSanity.malformed(
                "the scheme \(request.scheme.printable(limit: 20)) is neither http nor https",
                "send an http or https request")
        }
        let hasName = request.sni.map { !$0.isEmpty } ?? false
        guard (scheme == .https) == hasName else {
            throw mismatch(
                scheme == .https
                    ? "an https request without a server name in TLS (SNI)" : "an http request inside a TLS connection")
        }
        return scheme
    }

    private static func mismatch(_ message: String) -> Refusal {
        Refusal(
            .authorityMismatch, message,
            hint: "connect to the host and port that the request names, and send its name as SNI")
    }
}
