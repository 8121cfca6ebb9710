import EnvoyAPI
import PalanaCore
import SwiftProtobuf

/// What ext_authz leaves in Envoy's dynamic metadata for those who come after it: the decision, and what a later
/// refusal
/// of the same exchange has to name. Nothing in it is secret: placeholders in the path are masked.
struct DecisionMetadata: Sendable, Hashable {
    var id: DecisionID
    var host: String?
    var method: String?
    var path: String?
    var rule: String?

    init(id: DecisionID, host: String? = nil, method: String? = nil, path: String? = nil, rule: String? = nil) {
        self.id = id
        self.host = host
        self.method = method
        self.path = path
        self.rule = rule
    }

    /// nil when there is no decision in it.
    init?(_ metadata: Envoy_Config_Core_V3_Metadata) {
        guard let fields = metadata.filterMetadata[EnvoyNames.authorizationMetadata]?.fields,
            let id = Self.text("decision_id", fields)
        else { return nil }
        self.init(
            id: DecisionID(rawValue: id), host: Self.text("host", fields), method: Self.text("method", fields),
            path: Self.text("path", fields), rule: Self.text("rule", fields))
    }

    static func id(in metadata: Envoy_Config_Core_V3_Metadata) -> DecisionID? {
        metadata.filterMetadata[EnvoyNames.authorizationMetadata].flatMap { text("decision_id", $0.fields) }
            .map(DecisionID.init(rawValue:))
    }

    /// The decision that a logged request belongs to. A client that went before ext_authz answered leaves no metadata,
    /// but still the id that Envoy gave the request, and the gateway may have decided about it.
    static func id(of entry: Envoy_Data_Accesslog_V3_HTTPAccessLogEntry) -> DecisionID? {
        if let id = id(in: entry.commonProperties.metadata) { return id }
        guard entry.response.responseCode.value == 0,
            let given = entry.request.requestHeaders[EnvoyNames.requestHeader],
            !given.isEmpty
        else { return nil }
        return DecisionID(rawValue: given)
    }

    var wire: Google_Protobuf_Struct {
        let named = [
            ("decision_id", id.rawValue as String?), ("host", host), ("method", method), ("path", path), ("rule", rule),
        ]
        return .with { wire in
            for (name, text) in named { wire.fields[name] = text.map(Google_Protobuf_Value.init(stringValue:)) }
        }
    }

    private static func text(_ name: String, _ fields: [String: Google_Protobuf_Value]) -> String? {
        guard case .stringValue(let text) = fields[name]?.kind, !text.isEmpty else { return nil }
        return text
    }
}
