import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

extension OperatorTests {
    @Test("The API server takes every manifest, and gives nobody more than their part needs")
    func manifests() async throws {
        try await withOperatorWorld { world in
            let kubectl = try world.plane.kubectl()
            let isOld = try await world.client.versions(of: "policy").first == "v1beta1"
            for (name, text) in try DeployedManifests.all {
                // Older servers have this one kind in a beta only, with the same fields.
                let manifest = isOld ? text.replacing("policy/v1\n", with: "policy/v1beta1\n") : text
                let result = try await kubectl.run(
                    "apply", "--dry-run=server", "--validate=\(isOld ? "false" : "strict")", "-f", "-", input: manifest)
                #expect(result.succeeded, "\(name): \(result)")
            }
            try await until("the rights are in force") {
                try await Right("palana-gateway", "list", "pods").isGiven(world.client)
            }
            for right in Right.musts {
                #expect(try await right.isGiven(world.client), "must: \(right)")
            }
            for right in Right.mustNots {
                #expect(try await !right.isGiven(world.client), "must not: \(right)")
            }
        }
    }
}

/// Something that somebody may want to do.
private struct Right: Sendable, CustomStringConvertible {
    private static let palana = "palana.dev"
    private static let system = OperatorWorld.namespace

    /// A service account of the platform, or anybody else.
    let who: String
    let attributes: SubjectAccessReview.ResourceAttributes

    init(
        _ who: String, _ verb: String, _ resource: String, group: String = "", name: String? = nil,
        in namespace: String? = nil, part: String? = nil
    ) {
        self.who = who
        attributes = .init(
            namespace: namespace, verb: verb, group: group, resource: resource, subresource: part, name: name)
    }

    var description: String {
        let part = attributes.subresource.map { "/\($0)" } ?? ""
        return "\(who): \(attributes.verb ?? "") \(attributes.resource ?? "")\(part) \(attributes.name ?? "") "
            + "in \(attributes.namespace ?? "the cluster")"
    }

    func isGiven(_ client: KubernetesClient) async throws -> Bool {
        let account = "system:serviceaccount:\(Self.system):\(who)"
        let isAccount = who.hasPrefix("palana-")
        let review = SubjectAccessReview(
            spec: .init(
                user: isAccount ? account : who,
                groups: (isAccount ? ["system:serviceaccounts", "system:serviceaccounts:\(Self.system)"] : [])
                    + ["system:authenticated"], resourceAttributes: attributes))
        return try await client.review(review).isAllowed
    }

    private static let rbac = "rbac.authorization.k8s.io"
    private static let admission = "admissionregistration.k8s.io"

    static let musts = [
        Right("palana-operator", "watch", "agents", group: palana),
        Right("palana-operator", "patch", "agents", group: palana, in: "user-x", part: "status"),
        Right("palana-operator", "delete", "agents", group: palana, in: "user-x"),
        Right("palana-operator", "watch", "killswitches", group: palana),
        Right("palana-operator", "patch", "killswitches", group: palana, in: system, part: "status"),
        Right("palana-operator", "delete", "pods", name: "agent-0", in: "agent-x"),
        Right("palana-operator", "create", "namespaces"),
        Right("palana-operator", "create", "statefulsets", group: "apps", name: "agent", in: "agent-x"),
        Right("palana-operator", "bind", "clusterroles", group: rbac, name: "palana-user"),
        Right("palana-operator", "patch", "secrets", name: "palana-webhook-authority", in: system),
        Right("palana-operator", "patch", "leases", group: "coordination.k8s.io", name: "palana-operator", in: system),
        Right("palana-operator", "patch", "validatingwebhookconfigurations", group: admission, name: "palana"),
        Right("palana-operator", "list", "events", in: "agent-x"),
        Right("palana-gateway", "watch", "killswitches", group: palana),
        Right("palana-gateway", "patch", "killswitches", group: palana, in: system, part: "status"),
        Right("palana-gateway", "create", "killswitches", group: palana, in: system),
        Right("palana-gateway", "list", "services"),
        Right("palana-api", "get", "agents", group: palana, in: "user-x"),
        Right("palana-api", "create", "tokenreviews", group: "authentication.k8s.io"),
        Right("palana-api", "create", "subjectaccessreviews", group: "authorization.k8s.io"),
        Right("eve@example.com", "get", "configmaps", name: "palana-api", in: system),
    ]

    static let mustNots = operatorMustNots + gatewayMustNots + apiMustNots + othersMustNots

    private static let operatorMustNots = [
        Right("palana-operator", "get", "secrets", name: "palana-egress-authority", in: system),
        Right("palana-operator", "list", "secrets", in: system),
        Right("palana-operator", "create", "secrets", in: system),
        Right("palana-operator", "get", "secrets", name: "palana-webhook-authority", in: "agent-x"),
        Right("palana-operator", "create", "pods", in: "agent-x"),
        Right("palana-operator", "create", "pods", in: "agent-x", part: "exec"),
        Right("palana-operator", "get", "pods", in: "agent-x", part: "log"),
        Right("palana-operator", "create", "serviceaccounts", name: "agent", in: "agent-x", part: "token"),
        Right("palana-operator", "create", "statefulsets", group: "apps", name: "other", in: "kube-system"),
        Right("palana-operator", "patch", "configmaps", name: "coredns", in: "kube-system"),
        Right("palana-operator", "patch", "configmaps", name: "palana-ca-bundle", in: system),
        Right("palana-operator", "patch", "services", name: "kubernetes", in: "default"),
        Right("palana-operator", "create", "deployments", group: "apps", in: system),
        Right("palana-operator", "delete", "networkpolicies", group: "networking.k8s.io", name: "theirs", in: "other"),
        Right("palana-operator", "bind", "clusterroles", group: rbac, name: "cluster-admin"),
        Right("palana-operator", "escalate", "clusterroles", group: rbac),
        Right("palana-operator", "create", "clusterrolebindings", group: rbac),
        Right("palana-operator", "create", "rolebindings", group: rbac, name: "other", in: "kube-system"),
        Right("palana-operator", "patch", "validatingwebhookconfigurations", group: admission, name: "theirs"),
        Right("palana-operator", "create", "agents", group: palana, in: "user-x"),
        Right("palana-operator", "create", "killswitches", group: palana, in: system),
        Right("palana-operator", "patch", "killswitches", group: palana, in: system),
        Right("palana-operator", "delete", "killswitches", group: palana, in: system),
        Right("palana-operator", "delete", "pods", name: "palana-gateway-0", in: system),
        Right("palana-operator", "act-as", "tenants", group: palana),
        Right("palana-operator", "impersonate", "users"),
        Right("palana-operator", "list", "nodes"),
    ]

    private static let gatewayMustNots = [
        Right("palana-gateway", "get", "secrets", name: "palana-egress-authority", in: system),
        Right("palana-gateway", "list", "configmaps", in: system),
        Right("palana-gateway", "patch", "agents", group: palana, in: "user-x", part: "status"),
        Right("palana-gateway", "delete", "killswitches", group: palana, in: system),
        Right("palana-gateway", "patch", "killswitches", group: palana, in: system),
        Right("palana-gateway", "create", "killswitches", group: palana, in: "user-x"),
        Right("palana-gateway", "create", "pods", in: system),
        Right("palana-gateway", "list", "namespaces"),
        Right("palana-gateway", "create", "tokenreviews", group: "authentication.k8s.io"),
        Right("palana-gateway", "create", "subjectaccessreviews", group: "authorization.k8s.io"),
    ]

    private static let apiMustNots = [
        Right("palana-api", "list", "agents", group: palana),
        Right("palana-api", "patch", "agents", group: palana, in: "user-x"),
        Right("palana-api", "get", "secrets", name: "palana-api-tls", in: system),
        Right("palana-api", "get", "secrets", name: "palana-egress-authority", in: system),
        Right("palana-api", "patch", "configmaps", name: "palana-api", in: system),
        Right("palana-api", "list", "pods"),
        Right("palana-api", "create", "pods", in: "agent-x", part: "exec"),
        Right("palana-api", "create", "killswitches", group: palana, in: system),
        Right("palana-api", "impersonate", "users"),
    ]

    /// Without a binding the roles for people give nobody anything.
    private static let othersMustNots = [
        Right("system:serviceaccount:agent-x:agent", "list", "agents", group: palana),
        Right("eve@example.com", "get", "agents", group: palana, in: "user-x"),
        Right("eve@example.com", "create", "killswitches", group: palana, in: system),
        Right("eve@example.com", "list", "agenttemplates", group: palana),
        Right("eve@example.com", "get", "configmaps", name: "palana-settings", in: system),
        Right("eve@example.com", "list", "configmaps", in: system),
        Right("eve@example.com", "patch", "configmaps", name: "palana-api", in: system),
    ]
}
