internal import KubernetesClient
internal import PalanaCore

/// Writes down whose an agent is: the user who makes it, or the group whose tenant namespace it is made in.
public struct AgentMutation: Admission {
    private let directory: any AdmissionDirectory

    public init(directory: any AdmissionDirectory) {
        self.directory = directory
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard let object = request.object, Self.isUnsaid(object) else { return .allowed() }
        switch request.operation {
        case .create:
            try directory.requireSynced()
            return .allowed(patch: Self.patch(object, owner: owner(request)))
        case .update:
            // A manifest that doesn't say it leaves it as it is.
            guard let owner = request.oldObject?["spec"]?["owner"]?.text else { return .allowed() }
            return .allowed(patch: Self.patch(object, owner: owner))
        case .delete, .connect: return .allowed()
        }
    }

    private static func isUnsaid(_ object: JSONValue) -> Bool {
        (object["spec"]?["owner"] ?? .null).isNothing
    }

    private func owner(_ request: AdmissionRequest) -> String {
        let user = request.userInfo.username ?? ""
        guard let tenant = request.namespace.flatMap(directory.tenant(namespace:)), tenant.spec.ownerKind == .group,
            tenant.spec.isOwned(byUser: user, groups: request.userInfo.groups ?? [])
        else { return user }
        return tenant.spec.owner
    }

    private static func patch(_ object: JSONValue, owner: String) -> [JSONPatchStep] {
        var owned = object
        if owned["spec"] == nil || owned["spec"] == .null { owned["spec"] = .object([:]) }
        owned["spec"]?["owner"] = .string(owner)
        return JSONPatch.steps(from: object, to: owned)
    }
}
