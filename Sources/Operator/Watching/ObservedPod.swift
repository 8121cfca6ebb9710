import KubernetesClient
import PalanaCore

/// A pod as far as the operator looks at it. Thousands of them are kept, so without their specification.
struct ObservedPod: KubernetesObject {
    static let type = Pod.type
    var metadata: ObjectMeta
    var status: Pod.Status?

    var isReady: Bool {
        !isTerminating && status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } ?? false
    }
}
