/// A part of the API that a release or a platform may lack.
public enum Feature: String, Sendable, CaseIterable {
    case namespace, registryImage, storageClass, runtimeClass, peers, ingress, idle, ttl, wake, egressAsk
    case secretInQuery, secretInPath, secretInBody
    /// An image that is a folder of the machine, or none at all: the machine's own `/usr`.
    case hostFiles
    case tenants, killSwitches
    case killNetwork, killFreeze, killSuspend, killTerminate, killExpiry
    case canary
}

/// The one list of what is built; what is not in it is refused, never accepted and ignored.
public struct FeatureSupport: Sendable, Hashable {
    public var features: Set<Feature>

    public init(_ features: Set<Feature>) {
        self.features = features
    }

    /// The single-machine platform of this release. A feature that gets built is added here.
    public static let singleMachine = FeatureSupport([
        .hostFiles, .killSwitches, .killNetwork, .killFreeze, .killSuspend, .killTerminate, .killExpiry,
        .canary, .idle, .ttl, .wake,
    ])

    /// The platform on Kubernetes of this release.
    public static let kubernetes = FeatureSupport([
        .namespace, .registryImage, .storageClass, .runtimeClass, .peers, .tenants, .killSwitches, .killNetwork,
        .killFreeze, .killSuspend, .killTerminate, .killExpiry, .canary,
    ])

    /// Why `feature` is refused, or nil when it is supported.
    public func problem(with feature: Feature) -> String? {
        guard !features.contains(feature) else { return nil }
        switch feature {
        case .namespace: return "not supported on one machine; leave it out"
        case .registryImage:
            return
                "not supported yet; give the absolute path of a rootfs folder, or leave it out to use the host's /usr"
        case .hostFiles: return "a folder of one machine; name an image like ghcr.io/example/agent:1"
        case .tenants: return "not supported on one machine, where every agent is the local user's"
        default: return "not supported yet"
        }
    }

    /// Why objects of `kind` are refused as a whole, or nil when they are supported.
    public func problem(with kind: ResourceKind) -> String? {
        switch kind {
        case .agent, .agentTemplate, .egressPolicy: nil
        case .killSwitch: problem(with: .killSwitches)
        case .tenant: problem(with: .tenants)
        }
    }

    /// The kinds that are supported.
    public var kinds: [ResourceKind] {
        ResourceKind.allCases.filter { problem(with: $0) == nil }
    }
}
