import EnvoyAPI
import PalanaCore
import SwiftProtobuf

/// Reads from Envoy's response flags and details what went wrong.
enum FailureReading {
    /// How details begin when the redaction service answered in place of the upstream; the code follows.
    static let redaction = "redaction_"

    /// The refusal that Envoy itself made, nil when there was none.
    /// - Parameter decided: whether ext_authz let the request pass before.
    static func code(of entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry, decided: Bool) -> RefusalCode? {
        let details = entry.response.responseCodeDetails
        let transport = entry.commonProperties.upstreamTransportFailureReason
        if details.hasPrefix(redaction) { return RefusalCode(rawValue: String(details.dropFirst(redaction.count))) }
        if details.contains("address_denied") || details.hasPrefix("rbac_access_denied") { return .privateAddress }
        if transport.contains("CERTIFICATE") || transport.contains("TLS_error") || details.contains("TLS_error") {
            return .upstreamTLS
        }
        if details.hasPrefix("dns_resolution_failure")
            || details.hasPrefix("upstream_reset_before_response_started{connection")
            || details.hasPrefix("no_healthy_upstream")
        {
            return .upstreamUnreachable
        }
        if details.hasPrefix("ext_authz_error") || details.hasPrefix("ext_proc") { return .policyUnavailable }
        let flags = entry.commonProperties.responseFlags
        let isMalformed =
            flags.downstreamProtocolError || entry.response.responseCode.value == 400 || details.hasPrefix("http1.")
        return !decided && (isMalformed || entry.response.responseCode.value >= 400) ? .malformedRequest : nil
    }

    /// No chain for its bytes, a handshake that failed, or cut by Envoy before anything was understood.
    static func isDeadConnection(_ common: Envoy_Data_Accesslog_V3_AccessLogCommon) -> Bool {
        failedHandshake(common) || common.responseFlags.noRouteFound
            || common.responseFlags.downstreamProtocolError || common.responseFlags.noHealthyUpstream
            || common.responseFlags.upstreamConnectionFailure || !common.connectionTerminationDetails.isEmpty
    }

    /// Whoever speaks plain HTTP has made no handshake that could fail: the TLS inspector only says that it saw none
    /// (BoringSSL's reasons HTTP_REQUEST and HTTPS_PROXY_REQUEST).
    private static func failedHandshake(_ common: Envoy_Data_Accesslog_V3_AccessLogCommon) -> Bool {
        let reason = common.downstreamTransportFailureReason
        // A cipher was agreed on: what failed later, such as a client that just goes, was no handshake.
        // Envoy writes 0xffff where there is none.
        let cipher = common.tlsProperties.hasTlsCipherSuite ? common.tlsProperties.tlsCipherSuite.value : 0
        guard cipher == 0 || cipher == 0xffff else { return false }
        return !reason.isEmpty && !reason.contains(":HTTP_REQUEST:") && !reason.contains(":HTTPS_PROXY_REQUEST:")
    }

    /// Flags in Envoy's short names and all details, joined.
    static func detail(_ common: Envoy_Data_Accesslog_V3_AccessLogCommon, _ details: String) -> String? {
        var parts = flags(common.responseFlags)
        // `via_upstream` says that the answer is the upstream's own: nothing to note.
        if !details.isEmpty, details != "via_upstream" { parts.append(details) }
        parts += [
            common.upstreamTransportFailureReason, common.downstreamTransportFailureReason,
            common.connectionTerminationDetails,
        ].filter { !$0.isEmpty }
        return parts.isEmpty ? nil : parts.joined(separator: "; ").printable(limit: 512)
    }

    /// Envoy documentation, "Access logging", %RESPONSE_FLAGS%.
    private static func flags(_ flags: Envoy_Data_Accesslog_V3_ResponseFlags) -> [String] {
        let named: [(Bool, String)] = [
            (flags.noHealthyUpstream, "UH"), (flags.upstreamRequestTimeout, "UT"), (flags.localReset, "LR"),
            (flags.upstreamRemoteReset, "UR"), (flags.upstreamConnectionFailure, "UF"),
            (flags.upstreamConnectionTermination, "UC"), (flags.upstreamOverflow, "UO"), (flags.noRouteFound, "NR"),
            (flags.hasUnauthorizedDetails, "UAEX"), (flags.downstreamConnectionTermination, "DC"),
            (flags.streamIdleTimeout, "SI"), (flags.downstreamProtocolError, "DPE"), (flags.durationTimeout, "DT"),
            (flags.upstreamProtocolError, "UPE"), (flags.noClusterFound, "NC"), (flags.overloadManager, "OM"),
            (flags.dnsResolutionFailure, "DF"), (flags.downstreamRemoteReset, "DR"),
        ]
        return named.filter(\.0).map(\.1)
    }
}
