import EnvoyAPI
import Foundation
import GRPCCore
import PalanaCore

/// Envoy's words for a request and the gateway's, both ways. No decision is taken here.
enum CheckTranslation {
    /// Metadata that Envoy's configuration sets on each call (`ext_authz.grpc_service.initial_metadata`).
    static func caller(from metadata: Metadata) -> CallerIdentity {
        let value = { (key: String) -> String? in
            var values = metadata[stringValues: key].makeIterator()
            // A second value could only come from a configuration that is wrong: nobody's.
            guard let first = values.next(), values.next() == nil, !first.isEmpty, first != "-" else { return nil }
            return first
        }
        return CallerIdentity(
            agent: value(EnvoyNames.agentMetadata).map(AgentID.init(rawValue:)),
            source: value(EnvoyNames.sourceMetadata).flatMap(IPAddress.init),
            hop: value(EnvoyNames.hopMetadata).flatMap(CallerIdentity.Hop.init(rawValue:)),
            connectAuthority: value(EnvoyNames.connectMetadata))
    }

    static func request(from check: Envoy_Service_Auth_V3_CheckRequest, caller: CallerIdentity) -> EgressRequest {
        let http = check.attributes.request.http
        let all = fields(http)
        let ids = all.filter { $0.name == EnvoyNames.requestHeader }.map(\.value)
        // Envoy's, not the agent's: it neither goes on nor counts as one of the request's headers.
        let headers = all.filter { $0.name != EnvoyNames.requestHeader }
        let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) }
        return EgressRequest(
            id: ids.count == 1 && !ids[0].isEmpty ? DecisionID(rawValue: ids[0]) : nil,
            caller: caller, method: http.method, scheme: http.scheme.lowercased(), target: http.path,
            authority: http.host,
            headers: headers, protocolVersion: http.protocol,
            sni: check.attributes.tlsSession.sni.isEmpty ? nil : check.attributes.tlsSession.sni, bodyBytes: length)
    }

    /// Envoy sends the fields one by one with `encode_raw_headers`, else as a map.
    private static func fields(_ http: Envoy_Service_Auth_V3_AttributeContext.HttpRequest) -> [HeaderField] {
        guard http.headerMap.headers.isEmpty else {
            return http.headerMap.headers.map { header in
                let value = header.rawValue.isEmpty ? header.value : String(decoding: header.rawValue, as: UTF8.self)
                return HeaderField(name: header.key, value: value)
            }
        }
        return http.headers.map { HeaderField(name: $0.key, value: $0.value) }
    }

    static func response(to verdict: AuthorizationVerdict) -> Envoy_Service_Auth_V3_CheckResponse {
        switch verdict {
        case .admitted(let admission): ok(admission)
        case .refused(let refusal): denied(refusal)
        }
    }

    private static func ok(_ admission: Admission) -> Envoy_Service_Auth_V3_CheckResponse {
        var response = Envoy_Service_Auth_V3_CheckResponse()
        var ok = Envoy_Service_Auth_V3_OkHttpResponse()
        ok.headers = admission.set.map { header($0.name, $0.value.exposed) }
        ok.headersToRemove = admission.removed
        ok.responseHeadersToAdd = [header(GatewayHeaders.decision, admission.decisionID.rawValue)]
        response.okResponse = ok
        response.status.code = 0
        response.dynamicMetadata = admission.decision.wire
        return response
    }

    private static func denied(_ refusal: Refusal) -> Envoy_Service_Auth_V3_CheckResponse {
        let answer = RefusalAnswer(refusal)
        var response = Envoy_Service_Auth_V3_CheckResponse()
        var denied = Envoy_Service_Auth_V3_DeniedHttpResponse()
        denied.status.code = Envoy_Type_V3_StatusCode(rawValue: answer.status) ?? .forbidden
        denied.headers = answer.headers.map { header($0.name, $0.value) }
        denied.body = String(decoding: answer.body, as: UTF8.self)
        response.deniedResponse = denied
        response.status.code = 7  // google.rpc.Code.PERMISSION_DENIED
        if let id = refusal.decisionID { response.dynamicMetadata = DecisionMetadata(id: id).wire }
        return response
    }

    private static func header(_ name: String, _ value: String) -> Envoy_Config_Core_V3_HeaderValueOption {
        var option = Envoy_Config_Core_V3_HeaderValueOption()
        option.header.key = name
        option.header.value = value
        option.appendAction = .overwriteIfExistsOrAdd
        return option
    }
}
