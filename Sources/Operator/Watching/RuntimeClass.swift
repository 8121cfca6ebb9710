import KubernetesClient
import PalanaCore

/// What runs containers, and on which nodes it is.
struct RuntimeClass: KubernetesObject {
    struct Scheduling: Codable, Hashable, Sendable {
        var nodeSelector: [String: String]?
        var tolerations: [JSONValue]?
    }

    struct Overhead: Codable, Hashable, Sendable {
        /// Quantities by resource.
        var podFixed: [String: String]?
    }

    static let type = ObjectType("RuntimeClass", plural: "runtimeclasses", group: "node.k8s.io", isNamespaced: false)
    var metadata: ObjectMeta
    var scheduling: Scheduling?
    var overhead: Overhead?
}
