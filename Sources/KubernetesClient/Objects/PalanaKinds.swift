public import PalanaCore

extension ObjectType {
    /// A kind of our own group.
    public static func palana(_ kind: ResourceKind) -> ObjectType {
        ObjectType(
            kind.rawValue, plural: kind.plural, group: APIVersion.group, version: APIVersion.version,
            isNamespaced: kind.isNamespaced)
    }
}

extension Agent: KubernetesObject {
    /// Lives in its owner's tenant namespace.
    public static let type = ObjectType.palana(.agent)
}

extension AgentTemplate: KubernetesObject {
    public static let type = ObjectType.palana(.agentTemplate)
}

extension EgressPolicy: KubernetesObject {
    public static let type = ObjectType.palana(.egressPolicy)
}

extension KillSwitch: KubernetesObject {
    /// Lives in a tenant namespace, or in the platform's for all of them.
    public static let type = ObjectType.palana(.killSwitch)
}

extension Tenant: KubernetesObject {
    public static let type = ObjectType.palana(.tenant)
}
