import PalanaCore

/// Refuses what two programs could read in two ways, before anything else is read.
enum RequestSanity {
    /// Fields of one request, pseudo-headers and what Envoy adds not counted. Envoy's own limit stands a little higher,
    /// so that this one decides.
    static let maximumHeaders = 200
    static let maximumHeaderBytes = 65_536

    static func check(_ request: EgressRequest) throws(Refusal) {
        try checkMethod(request.method)
        try checkFields(request.headers)
        try checkHost(request)
        try checkFraming(request)
        try checkConnection(request)
        try checkUpgrade(request)
    }

    private static func checkMethod(_ method: String) throws(Refusal) {
        guard !method.isEmpty, method.utf8.count <= 32, method.utf8.allSatisfy(\.isTokenCharacter) else {
            throw malformed("the method is no HTTP method", "send GET, POST or another method of at most 32 characters")
        }
        if ["TRACE", "TRACK"].contains(method.uppercased()) {
            throw Refusal(
                .deniedByPolicy, "\(method) is never allowed: it echoes credentials", rule: "platform",
                hint: "use another method")
        }
    }

    private static func checkFields(_ fields: [HeaderField]) throws(Refusal) {
        guard fields.count(where: { !$0.name.hasPrefix(":") && !GatewayHeaders.isEnvoys($0.name) }) <= maximumHeaders
        else {
            throw malformed("the request has more than \(maximumHeaders) header fields", "send fewer")
        }
        var total = 0
        for field in fields {
            total += field.name.utf8.count + field.value.utf8.count
            let name = field.name.hasPrefix(":") ? field.name.dropFirst() : field.name[...]
            guard !name.isEmpty, name.utf8.allSatisfy({ $0.isTokenCharacter && !$0.isUpper }) else {
                throw malformed(
                    "a header name holds a character that can't stand there", "use letters, digits and hyphens")
            }
            guard !field.value.utf8.contains(where: { $0.isControl && $0 != 0x09 }) else {
                throw malformed("the header \(field.name.printable(limit: 60)) holds a control character", "remove it")
            }
        }
        guard total <= maximumHeaderBytes else {
            throw malformed("the headers have more than \(maximumHeaderBytes) bytes", "send fewer or shorter ones")
        }
    }

    /// RFC 9112, section 3.2: one Host, and the same as the target's.
    private static func checkHost(_ request: EgressRequest) throws(Refusal) {
        let hosts = request.values(of: "host") + request.values(of: ":authority")
        guard hosts.allSatisfy({ $0 == request.authority }) else {
            throw Refusal(
                .authorityMismatch, "the request names more than one host",
                hint: "send one Host header, equal to the target's host")
        }
    }

    private static func checkFraming(_ request: EgressRequest) throws(Refusal) {
        let lengths = request.values(of: "content-length")
        let encodings = request.values(of: "transfer-encoding")
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty,
            // RFC 9112, section 6.1: HTTP/1.0 knows no chunks.
            encodings.isEmpty || request.protocolVersion != "HTTP/1.0",
            lengths.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }),
            encodings.allSatisfy({ $0.lowercased() == "chunked" })
        else {
            throw malformed(
                "the length of the body is given in more than one way", "send Content-Length or chunked, not both")
        }
        guard request.values(of: "expect").allSatisfy({ $0.lowercased() == "100-continue" }) else {
            throw malformed("Expect names something other than 100-continue", "remove it")
        }
    }

    /// RFC 9110, section 7.6.1: a header that Connection names is dropped by the next hop, so it could take ours away.
    private static func checkConnection(_ request: EgressRequest) throws(Refusal) {
        let harmless: Set<String> = ["close", "keep-alive", "upgrade", "te", ""]
        for value in request.values(of: "connection") + request.values(of: "proxy-connection") {
            for option in value.split(separator: ",", omittingEmptySubsequences: false) {
                let name = option.trimmingSpaces().lowercased()
                guard harmless.contains(name) else {
                    throw malformed(
                        "Connection names the header \(name.printable(limit: 60))", "remove it from Connection")
                }
            }
        }
    }

    private static func checkUpgrade(_ request: EgressRequest) throws(Refusal) {
        let upgrades = request.values(of: "upgrade").map { $0.lowercased() }
        guard upgrades.isEmpty || upgrades == ["websocket"], !request.has("http2-settings") else {
            throw malformed(
                "an upgrade to anything but websocket is not supported yet",
                "remove Upgrade, or negotiate HTTP/2 in TLS")
        }
    }

    static func malformed(_ message: String, _ hint: String) -> Refusal {
        Refusal(.malformedRequest, message, hint: hint)
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var result = drop { $0 == " " || $0 == "\t" }
        while result.last == " " || result.last == "\t" { result.removeLast() }
        return result
    }
}
