import EnvoyAPI
import PalanaCore
import SwiftProtobuf

/// The decision that ext_authz left in Envoy's dynamic metadata for those who come after it.
enum DecisionMetadata {
    static let namespace = "envoy.filters.http.ext_authz"

    static func id(in metadata: Envoy_Config_Core_V3_Metadata) -> DecisionID? {
        guard case .stringValue(let text) = metadata.filterMetadata[namespace]?.fields["decision_id"]?.kind,
            !text.isEmpty
        else { return nil }
        return DecisionID(rawValue: text)
    }
}
