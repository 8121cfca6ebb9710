/// A part of the API that a release or a platform may lack.
public enum Feature: String, Sendable, CaseIterable {
    case namespace, registryImage, storageClass, runtimeClass, peers, ingress, idle, ttl, egressAsk
    case secretInQuery, secretInPath, secretInBody
}

/// The one list of what is built; what is not in it is refused, never accepted and ignored.
public struct FeatureSupport: Sendable, Hashable {
    public var features: Set<Feature>

    public init(_ features: Set<Feature>) {
        self.features = features
    }

    /// The single-machine platform of this release. A feature that gets built is added here.
    public static let singleMachine = FeatureSupport([])

    /// Why `feature` is refused, or nil when it is supported.
    public func problem(with feature: Feature) -> String? {
        guard !features.contains(feature) else { return nil }
        switch feature {
        case .namespace: return "not supported on one machine; leave it out"
        case .registryImage:
            return
                "not supported yet; give the absolute path of a rootfs folder, or leave it out to use the host's /usr"
        default: return "not supported yet"
        }
    }
}
