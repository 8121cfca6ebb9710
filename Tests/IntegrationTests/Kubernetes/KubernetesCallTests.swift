import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

@Suite("Calls of a real API server", .timeLimit(.minutes(5)))
struct KubernetesCallTests {
    @Test("An object is made, read, patched and deleted, with preconditions")
    func lifecycle() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let made = try await client.create(configMap("a", in: namespace, ["k": "v"]))
            #expect(made.metadata.uid != nil && made.metadata.creationTimestamp != nil)
            #expect(try await client.get(ConfigMap.self, "a", in: namespace) == made)
            let again = await kubernetesFailure { try await client.create(made) }
            #expect(again?.reason == .alreadyExists)
            let patched = try await client.patch(
                ConfigMap.self, "a", in: namespace, ["data": ["k": .null, "l": "w"]])
            #expect(patched.data == ["l": "w"])
            let stale = await kubernetesFailure {
                try await client.patch(
                    ConfigMap.self, "a", in: namespace,
                    [
                        "metadata": ["resourceVersion": .string(made.metadata.resourceVersion ?? "")],
                        "data": ["l": "x"],
                    ])
            }
            #expect(stale?.reason == .conflict)
            let other = await kubernetesFailure {
                try await client.delete(
                    ConfigMap.self, "a", in: namespace, DeleteOptions(uid: "9b3cd3e4-0000-0000-0000-000000000000"))
            }
            #expect(other?.reason == .conflict)
            let options = DeleteOptions(propagation: .background, uid: made.metadata.uid)
            #expect(try await client.delete(ConfigMap.self, "a", in: namespace, options) == true)
            #expect(try await client.delete(ConfigMap.self, "a", in: namespace, options) == false)
            #expect(try await client.find(ConfigMap.self, "a", in: namespace) == nil)
        }
    }

    @Test("Applying twice changes nothing; another's field is a conflict until it is forced; what is left out goes")
    func applying() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let wanted = configMap("a", in: namespace, ["k": "v", "l": "w"])
            let first = try await client.apply(wanted, fieldManager: "palana-operator")
            let second = try await client.apply(wanted, fieldManager: "palana-operator")
            #expect(first.metadata.resourceVersion == second.metadata.resourceVersion)
            let theirs = configMap("a", in: namespace, ["k": "other"])
            let conflict = await kubernetesFailure {
                try await client.apply(theirs, fieldManager: "somebody", force: false)
            }
            #expect(conflict?.reason == .conflict)
            #expect(conflict?.causes.contains { $0.field == ".data.k" } == true, "\(conflict as Any)")
            #expect(try await client.apply(theirs, fieldManager: "somebody").data == ["k": "other", "l": "w"])
            let forced = try await client.apply(
                configMap("a", in: namespace, ["k": "v"]), fieldManager: "palana-operator")
            #expect(forced.data == ["k": "v"])
        }
    }

    @Test("A list of more than a page is whole")
    func pages() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<8 {
                    group.addTask {
                        for index in 0..<65 {
                            try await client.create(configMap("m-\(number)-\(index)", in: namespace))
                        }
                    }
                }
                try await group.waitForAll()
            }
            let before = client.requests[.list]
            let list = try await client.list(ConfigMap.self, in: namespace)
            #expect(Set(list.items.map(\.metadata.name).filter { $0.hasPrefix("m-") }).count == 520)
            #expect(client.requests[.list] - before == 2)
            let one = try await client.list(ConfigMap.self, in: namespace, where: .named("m-7-64"))
            #expect(one.items.map(\.metadata.name) == ["m-7-64"])
        }
    }

    @Test("What the API server finds wrong is told with field and reason, and who may not what")
    func refusals() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let invalid = await kubernetesFailure { try await client.create(configMap("UPPER", in: namespace)) }
            #expect(invalid?.reason == .invalid && invalid?.causes.first?.field == "metadata.name")
            let nobody = try plane.client(as: plane.user("o'brien+x@ex.co"))
            let forbidden = await kubernetesFailure { try await nobody.list(Pod.self, in: namespace) }
            #expect(forbidden?.reason == .forbidden && forbidden?.message.contains("o'brien+x@ex.co") == true)
            let stranger = try plane.client { $0.credentials = .init(token: .value(PalanaCore.Secret("fake-token"))) }
            let unauthorized = await kubernetesFailure { try await stranger.list(Pod.self, in: namespace) }
            #expect(unauthorized?.reason == .unauthorized)
            #expect("\(unauthorized as Any)".contains("fake-token") == false)
            let mistrust = try plane.client { $0.certificateAuthority = nil }
            let untrusted = await kubernetesFailure { try await mistrust.serverVersion() }
            #expect(untrusted?.reason == .untrusted, "\(untrusted as Any)")
        }
    }

    @Test("A quota that is used up, and a namespace that is going, are told apart")
    func fullAndGoing() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let quota = ResourceQuota(
                metadata: ObjectMeta(name: "q", namespace: namespace), spec: .init(hard: ["configmaps": "0"]))
            try await client.apply(quota, fieldManager: "test")
            try await until("the quota counts") {
                try await client.get(ResourceQuota.self, "q", in: namespace).status?.used?["configmaps"] != nil
            }
            let full = await kubernetesFailure { try await client.create(configMap("a", in: namespace)) }
            #expect(full?.reason == .forbidden && full?.message.contains("exceeded quota: q") == true)
            var stays = ServiceAccount(metadata: ObjectMeta(name: "stays", namespace: namespace))
            stays.metadata.finalizers = ["palana.dev/test"]
            try await client.create(stays)
            try await client.delete(Namespace.self, namespace)
            try await until("the namespace is going") {
                try await client.get(Namespace.self, namespace).status?.phase == "Terminating"
            }
            let account = ServiceAccount(metadata: ObjectMeta(name: "late", namespace: namespace))
            let late = await kubernetesFailure { try await client.create(account) }
            #expect(late?.reason == .namespaceTerminating, "\(late as Any)")
            let going = try await client.get(ServiceAccount.self, "stays", in: namespace)
            #expect(going.metadata.finalizers == ["palana.dev/test"])
            try await client.patch(
                ServiceAccount.self, "stays", in: namespace, ["metadata": ["finalizers": []]])
        }
    }

    @Test("Who acts for another has that one's rights and no more")
    func impersonation() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            let ann = client.impersonating(Impersonation(user: "ann@ex.co", groups: ["makers"]))
            let refused = await kubernetesFailure { try await ann.create(configMap("a", in: namespace)) }
            #expect(refused?.reason == .forbidden && refused?.message.contains("ann@ex.co") == true)
            let role = Role(
                metadata: ObjectMeta(name: "make", namespace: namespace),
                rules: [PolicyRule(apiGroups: [""], resources: ["configmaps"], verbs: ["create"])])
            try await client.apply(role, fieldManager: "test")
            let binding = RoleBinding(
                metadata: ObjectMeta(name: "make", namespace: namespace), subjects: [.group("makers")],
                roleRef: .role("make"))
            try await client.apply(binding, fieldManager: "test")
            try await until("the binding counts") {
                await kubernetesFailure { try await ann.create(configMap("a", in: namespace)) } == nil
            }
            let review = try await client.review(
                SubjectAccessReview(
                    spec: .init(
                        user: "ann@ex.co", groups: ["makers"],
                        resourceAttributes: .init(namespace: namespace, verb: "create", resource: "configmaps"))))
            #expect(review.isAllowed)
            let other = try await client.review(
                SubjectAccessReview(
                    spec: .init(
                        user: "bob@ex.co",
                        resourceAttributes: .init(namespace: namespace, verb: "create", resource: "configmaps"))))
            #expect(!other.isAllowed)
        }
    }

    @Test("A pod's own account is used, its token known by review, for its audience only")
    func accounts() async throws {
        try await withSharedControlPlane { plane, namespace in
            let client = try plane.client()
            try await client.create(ServiceAccount(metadata: ObjectMeta(name: "robot", namespace: namespace)))
            let robot = try await plane.serviceAccount("robot", namespace: namespace)
            guard case .token(let token) = robot.credential else { return #expect(Bool(false), "no token") }
            let folder = try TemporaryFolder()
            for (name, text) in ["token": token, "ca.crt": plane.authorityPEM, "namespace": namespace] {
                try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path(name)))
            }
            let server = try #require(URLComponents(string: plane.server))
            let environment = [
                "KUBERNETES_SERVICE_HOST": server.host ?? "", "KUBERNETES_SERVICE_PORT": "\(server.port ?? 0)",
            ]
            let inside = try KubernetesClient(
                KubernetesConfiguration.found(in: environment, folder: folder.path))
            let refused = await kubernetesFailure { try await inside.list(Pod.self, in: namespace) }
            #expect(refused?.message.contains("system:serviceaccount:\(namespace):robot") == true)
            let audience = try await plane.serviceAccount("robot", namespace: namespace, audiences: ["palana"])
            guard case .token(let bound) = audience.credential else { return #expect(Bool(false), "no token") }
            for (wanted, expected) in [("palana", true), ("other", false)] {
                let review = try await client.review(
                    TokenReview(spec: .init(token: PalanaCore.Secret(bound), audiences: [wanted])))
                #expect((review.status?.authenticated ?? false) == expected)
                if expected { #expect(review.status?.user?.username == "system:serviceaccount:\(namespace):robot") }
            }
        }
    }

    @Test("A certificate from a plugin is shown, to a server by the name in its certificate")
    func pluginAndName() async throws {
        try await withSharedControlPlane { plane, namespace in
            let ann = try plane.user("ann@ex.co")
            guard case .certificate(let identity) = ann.credential else {
                return #expect(Bool(false), "no certificate")
            }
            let folder = try TemporaryFolder()
            let answer: JSONValue = [
                "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                "status": [
                    "clientCertificateData": .string(identity.certificatePEM),
                    "clientKeyData": .string(identity.keyPEM),
                ],
            ]
            try JSONEncoder().encode(answer).write(to: URL(fileURLWithPath: folder.path("answer")))
            let plugin = ExecPlugin(
                command: "cat", arguments: [folder.path("answer")],
                environment: PalanaCore.Secret(["PATH": "/usr/bin:/bin"]))
            let client = try plane.client {
                $0.credentials = KubernetesCredentials(plugin: plugin)
                $0.serverName = "kubernetes.default.svc"
            }
            let refused = await kubernetesFailure { try await client.list(Pod.self, in: namespace) }
            #expect(refused?.reason == .forbidden && refused?.message.contains("ann@ex.co") == true)
        }
    }

    @Test("Discovery tells groups, kinds and the version")
    func discovery() async throws {
        try await withSharedControlPlane { plane, _ in
            let client = try plane.client()
            #expect(try await client.versions(of: "apps").first == "v1")
            #expect(try await client.versions(of: "no.such.group") == [])
            let resources = try await client.resources(group: "", version: "v1")
            #expect(resources.contains { $0.name == "pods" && $0.kind == "Pod" && $0.namespaced })
            #expect(try await client.serverVersion().hasPrefix("1."))
        }
    }
}
