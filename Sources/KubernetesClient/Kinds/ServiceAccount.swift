public import PalanaCore

public struct ServiceAccount: KubernetesObject {
    public static let type = ObjectType("ServiceAccount", plural: "serviceaccounts")
    public var metadata: ObjectMeta
    public var automountServiceAccountToken: Bool?
    public var imagePullSecrets: [LocalReference]?

    public init(
        metadata: ObjectMeta, automountServiceAccountToken: Bool? = nil, imagePullSecrets: [LocalReference]? = nil
    ) {
        self.metadata = metadata
        self.automountServiceAccountToken = automountServiceAccountToken
        self.imagePullSecrets = imagePullSecrets
    }
}

/// An object in the same namespace, by its name.
public struct LocalReference: Codable, Hashable, Sendable {
    public var name: String?

    public init(name: String? = nil) {
        self.name = name
    }
}
