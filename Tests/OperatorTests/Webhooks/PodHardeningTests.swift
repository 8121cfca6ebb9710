import Foundation
import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("A pod in an agent's namespace")
struct PodHardeningTests {
    private func hardened(_ pod: JSONValue, agent: Agent = WebhookSamples.agent()) async throws -> JSONValue {
        let directory = WebhookSamples.directory(agent)
        let verdict = try await PodMutation(directory: directory)
            .review(WebhookSamples.request(pod: pod, namespace: agent.id.rawValue))
        #expect(verdict.refusal == nil)
        return pod.applying(verdict.patch)
    }

    @Test("is taken after hardening, and a second hardening changes nothing")
    func plain() async throws {
        let pod = try await hardened(try WebhookSamples.pod())
        let again = try await hardened(pod)
        #expect(again == pod)
        let verdict = try await PodValidation(directory: WebhookSamples.directory())
            .review(WebhookSamples.request(pod: pod))
        #expect(verdict == .allowed())
    }

    @Test("runs without rights, without a token, and asks the gateway's DNS alone")
    func rights() async throws {
        let spec = try #require(try await hardened(try WebhookSamples.pod())["spec"])
        #expect(spec["serviceAccountName"] == "agent")
        #expect(spec["automountServiceAccountToken"] == false)
        #expect(spec["enableServiceLinks"] == false)
        #expect(spec["dnsPolicy"] == "None")
        #expect(spec["dnsConfig"]?["nameservers"] == ["10.96.0.17"])
        #expect(
            spec["securityContext"] == [
                "runAsNonRoot": true, "runAsUser": 65_532, "runAsGroup": 65_532, "fsGroup": 65_532,
                "fsGroupChangePolicy": "OnRootMismatch", "seccompProfile": ["type": "RuntimeDefault"],
            ])
        let container = try #require(spec.items("containers").first)
        #expect(
            container["securityContext"] == [
                "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
            ])
        #expect(!spec.items("volumes").contains { $0["secret"] != nil })
        #expect(
            container.items("volumeMounts").map { $0["mountPath"] } == ["/etc/ssl/certs", "/tmp", "/data"])
    }

    @Test("finds the proxy and the CA by the variables of every runtime, in all its containers")
    func variables() async throws {
        let spec = try WebhookSamples.pod(
            """
            {"initContainers": [{"name": "i", "image": "i"}],
             "containers": [{"name": "c", "image": "i", "env": [{"name": "HTTPS_PROXY", "value": "http://evil"},
                                                                {"name": "HOME", "value": "/root"}]}]}
            """)
        let pod = try await hardened(spec)
        for kind in ["initContainers", "containers"] {
            let container = try #require(pod["spec"]?.items(kind).first)
            let variables = Dictionary(
                uniqueKeysWithValues: container.items("env").map { ($0["name"]?.text ?? "", $0["value"]?.text ?? "") })
            for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"] {
                #expect(variables[name] == "http://10.96.0.17:3128")
            }
            #expect(variables["NO_PROXY"] == "localhost,127.0.0.1" && variables["no_proxy"] == "localhost,127.0.0.1")
            for name in [
                "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "GIT_SSL_CAINFO",
                "PIP_CERT", "CARGO_HTTP_CAINFO", "AWS_CA_BUNDLE", "DENO_CERT", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
            ] { #expect(variables[name] == "/etc/ssl/certs/ca-certificates.crt") }
            #expect(variables["NODE_USE_ENV_PROXY"] == "1")
            #expect(variables["JAVA_TOOL_OPTIONS"]?.contains("trustStore=/etc/ssl/certs/java/cacerts") == true)
            #expect(variables["JAVA_TOOL_OPTIONS"]?.contains("-Dhttps.proxyHost=10.96.0.17") == true)
            #expect(variables["PALANA_AGENT"] == "demo")
            #expect(variables["HOME"] == (kind == "containers" ? "/root" : "/data"))
        }
    }

    @Test("holds placeholders, and waits for one that isn't made yet")
    func placeholders() async throws {
        let agent = WebhookSamples.agent {
            $0.spec.secrets = [
                AgentSecret(name: "KEY", hosts: ["a.example.com"]), AgentSecret(name: "OWN", mode: .agent),
            ]
        }
        let directory = WebhookSamples.directory(agent)
        let request = WebhookSamples.request(pod: try WebhookSamples.pod())
        let waiting = try? await PodMutation(directory: directory).review(request)
        #expect(waiting == nil)
        await #expect(throws: AdmissionDenial.unavailable("the placeholder of secret KEY isn't made yet; try again")) {
            try await PodMutation(directory: directory).review(request)
        }
        var ready = agent
        ready.status = AgentStatus(placeholders: [.init(secret: "KEY", value: "palana-KEY-x")])
        let pod = try await hardened(try WebhookSamples.pod(), agent: ready)
        let env = pod["spec"]?.items("containers").first?.items("env") ?? []
        #expect(env.contains(["name": "KEY", "value": "palana-KEY-x"]))
        #expect(!env.contains { $0["name"] == "OWN" })
    }

    @Test("mounts its claim once, also when the workload brings it")
    func workspace() async throws {
        let pod = try await hardened(
            try WebhookSamples.pod(
                """
                {"volumes": [{"name": "work", "persistentVolumeClaim": {"claimName": "data"}}],
                 "containers": [{"name": "c", "image": "i"}]}
                """))
        let volumes = pod["spec"]?.items("volumes") ?? []
        #expect(volumes.filter { $0["persistentVolumeClaim"] != nil }.count == 1)
        let mounts = pod["spec"]?.items("containers").first?.items("volumeMounts") ?? []
        #expect(mounts.contains(["name": "work", "mountPath": "/data"]))
    }

    @Test("gets no address, no agent, or a directory that knows nothing yet: refused with the reason")
    func notReady() async throws {
        let request = WebhookSamples.request(pod: try WebhookSamples.pod())
        let directory = WebhookSamples.directory()
        directory.change { $0.addresses = [:] }
        await #expect(throws: AdmissionDenial.self) { try await PodMutation(directory: directory).review(request) }
        directory.change { $0.isSynced = false }
        await #expect(throws: AdmissionDenial.self) { try await PodMutation(directory: directory).review(request) }
        await #expect(
            throws: AdmissionDenial.forbidden("the namespace agent-x belongs to no agent, so no pods may run in it")
        ) {
            try await PodMutation(directory: WebhookSamples.directory())
                .review(WebhookSamples.request(pod: try WebhookSamples.pod(), namespace: "agent-x"))
        }
    }

    @Test("of an agent with a runtime class runs as that, on the nodes that it demands")
    func runtimeClass() async throws {
        let agent = WebhookSamples.agent { $0.spec.runtimeClassName = "gvisor" }
        let directory = WebhookSamples.directory(agent)
        directory.change { $0.scheduling["gvisor"] = PodScheduling(nodeSelector: ["sandbox": "gvisor"]) }
        let pod = try await hardened(try WebhookSamples.pod(#"{"nodeSelector": {"sandbox": "gvisor"}}"#), agent: agent)
        #expect(pod["spec"]?["runtimeClassName"] == "gvisor")
        let rules = PodRules(
            try PodContext(namespace: agent.id.rawValue, directory: directory, configuration: PodConfiguration()))
        #expect(rules.problems(pod, isNew: true) == [])
        var other = pod
        other["spec"]?["runtimeClassName"] = "runc"
        #expect(
            rules.problems(other, isNew: true).map(\.description) == [
                "spec.runtimeClassName: \"runc\": the agent runs as \"gvisor\"; leave it out"
            ])
    }
}

extension JSONValue {
    /// The value after the steps, which here name members of objects only.
    func applying(_ steps: [JSONPatchStep]) -> JSONValue {
        steps.reduce(self) { value, step in
            var value = value
            let path = step.path.split(separator: "/").map {
                $0.replacingOccurrences(of: "~1", with: "/").replacingOccurrences(of: "~0", with: "~")
            }
            value.put(step.op == .remove ? nil : step.value, at: path[...])
            return value
        }
    }

    private mutating func put(_ new: JSONValue?, at path: ArraySlice<String>) {
        guard let name = path.first else {
            self = new ?? .null
            return
        }
        if path.count == 1 {
            self[name] = new
        } else {
            var child = self[name] ?? .object([:])
            child.put(new, at: path.dropFirst())
            self[name] = child
        }
    }
}
