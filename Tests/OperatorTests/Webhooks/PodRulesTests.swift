import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

/// What an agent's owner, or anybody with rights to make pods, would try to get out of the sandbox.
@Suite("A pod made by hand can't get out")
struct PodRulesTests {
    struct Attempt: Sendable, CustomTestStringConvertible {
        var spec = "{}"
        var metadata = "{}"
        /// The field that the refusal names, and a part of its reason.
        var field: String
        var reason: String
        var testDescription: String { "\(field): \(spec) \(metadata)" }
    }

    static let volumes = [
        "nfs": #"{"server": "s", "path": "/"}"#, "csi": #"{"driver": "d"}"#,
        "iscsi": #"{"targetPortal": "t", "iqn": "i", "lun": 0}"#,
        "ephemeral": #"{"volumeClaimTemplate": {"spec": {}}}"#, "rbd": #"{"monitors": [], "image": "i"}"#,
        "cephfs": #"{"monitors": []}"#, "fc": "{}", "flexVolume": #"{"driver": "d"}"#,
        "gitRepo": #"{"repository": "r"}"#, "image": #"{"reference": "r"}"#, "azureFile": "{}", "newKind": #"{"a": 1}"#,
    ]

    static let attempts: [Attempt] =
        [
            Attempt(
                spec: #"{"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}"#, field: "spec.volumes[0].hostPath",
                reason: "the node's files"),
            Attempt(spec: #"{"hostNetwork": true}"#, field: "spec.hostNetwork", reason: "the node's network"),
            Attempt(spec: #"{"hostPID": true}"#, field: "spec.hostPID", reason: "the node's processes"),
            Attempt(spec: #"{"hostIPC": true}"#, field: "spec.hostIPC", reason: "the node's shared memory"),
            Attempt(
                spec: #"{"shareProcessNamespace": true}"#, field: "spec.shareProcessNamespace", reason: "don't see"),
            Attempt(spec: #"{"nodeName": "n1"}"#, field: "spec.nodeName", reason: "chooses the agent's node"),
            Attempt(
                spec: #"{"nodeSelector": {"a": "b"}}"#, field: "spec.nodeSelector.a",
                reason: "chooses the agent's node"),
            Attempt(
                spec: #"{"tolerations": [{"operator": "Exists"}]}"#, field: "spec.tolerations[0]",
                reason: "chooses the agent's node"),
            Attempt(
                spec: #"{"affinity": {"nodeAffinity": {"x": 1}}}"#, field: "spec.affinity",
                reason: "chooses the agent's node"),
            Attempt(
                spec: #"{"schedulerName": "mine"}"#, field: "spec.schedulerName", reason: "chooses the agent's node"),
            Attempt(
                spec: #"{"priorityClassName": "system-node-critical"}"#, field: "spec.priorityClassName",
                reason: "push"),
            Attempt(
                spec: #"{"serviceAccountName": "admin"}"#, field: "spec.serviceAccountName", reason: "run as agent"),
            Attempt(spec: #"{"runtimeClassName": "runc"}"#, field: "spec.runtimeClassName", reason: "no runtime class"),
            Attempt(
                spec: #"{"resourceClaims": [{"name": "gpu"}]}"#, field: "spec.resourceClaims", reason: "devices"),
            Attempt(
                spec: #"{"somethingNew": {"power": true}}"#, field: "spec.somethingNew", reason: "unknown to this"),
            Attempt(
                spec: #"{"securityContext": {"sysctls": [{"name": "net.ipv4.ip_forward", "value": "1"}]}}"#,
                field: "spec.securityContext.sysctls", reason: "the kernel's settings"),
            Attempt(
                spec: #"{"securityContext": {"runAsUser": 0}}"#, field: "spec.securityContext.runAsUser",
                reason: "don't run as root"),
            Attempt(
                spec: #"{"securityContext": {"runAsNonRoot": false}}"#, field: "spec.securityContext.runAsNonRoot",
                reason: "don't run as root"),
            Attempt(
                spec: #"{"securityContext": {"seccompProfile": {"type": "Unconfined"}}}"#,
                field: "spec.securityContext.seccompProfile.type", reason: "confinement"),
            Attempt(
                spec: #"{"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}"#,
                field: "spec.securityContext.seLinuxOptions", reason: "confinement"),
            Attempt(
                spec: #"{"securityContext": {"windowsOptions": {"hostProcess": true}}}"#,
                field: "spec.securityContext.windowsOptions", reason: "Linux"),
            Attempt(
                spec: #"""
                    {"volumes": [{"name": "v", "projected": {"sources": [{"serviceAccountToken": {"path": "t"}}]}}]}
                    """#, field: "spec.volumes[0].projected.sources[0].serviceAccountToken", reason: "no token"),
            Attempt(
                spec: #"{"volumes": [{"name": "v", "projected": {"sources": [{"secret": {"name": "s"}}]}}]}"#,
                field: "spec.volumes[0].projected.sources[0].secret", reason: "secrets never enter"),
            Attempt(
                spec: #"{"volumes": [{"name": "v", "secret": {"secretName": "agent-token-abcde"}}]}"#,
                field: "spec.volumes[0].secret", reason: "secrets never enter"),
            Attempt(
                spec: #"{"volumes": [{"name": "v", "persistentVolumeClaim": {"claimName": "other"}}]}"#,
                field: "spec.volumes[0].persistentVolumeClaim.claimName", reason: "only claim is data"),
            Attempt(
                spec: #"{"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "4Ti"}}]}"#,
                field: "spec.volumes[0].emptyDir.sizeLimit", reason: "at most 64Gi"),
            Attempt(
                spec: #"{"volumes": [{"name": "palana-ca", "configMap": {"name": "mine"}}]}"#,
                field: "spec.volumes[0]", reason: "the platform's own volume"),
            Attempt(
                spec: #"""
                    {"volumes": [{"name": "v", "downwardAPI": {"items": [{"path": "p",
                      "fieldRef": {"fieldPath": "metadata.annotations"}}]}}]}
                    """#, field: "spec.volumes[0].downwardAPI.items[0].fieldRef.fieldPath", reason: "only their own"),
            Attempt(
                metadata: #"{"labels": {"palana.dev/agent": "agent-bob-other-0123456789"}}"#,
                field: "metadata.labels.palana.dev/agent", reason: "set by the platform"),
            Attempt(
                metadata: #"{"labels": {"palana.dev/gateway": "x"}}"#, field: "metadata.labels.palana.dev/gateway",
                reason: "set by the platform"),
            Attempt(
                metadata: #"{"annotations": {"k8s.v1.cni.cncf.io/networks": "host"}}"#,
                field: "metadata.annotations.k8s.v1.cni.cncf.io/networks", reason: "gives a pod what agents don't"),
            Attempt(
                metadata: #"{"annotations": {"container.apparmor.security.beta.kubernetes.io/c": "unconfined"}}"#,
                field: "metadata.annotations.container.apparmor.security.beta.kubernetes.io/c", reason: "confinement"),
        ]
        + volumes.sorted { $0.key < $1.key }.map { type, value in
            Attempt(
                spec: #"{"volumes": [{"name": "v", "\#(type)": \#(value)}]}"#, field: "spec.volumes[0].\(type)",
                reason: type == "newKind" ? "unknown to this" : "/data and emptyDirs")
        }

    /// In each kind of container alike.
    static let containers: [Attempt] = [
        ("\"securityContext\": {\"privileged\": true}", "securityContext.privileged", "no privileges"),
        (
            "\"securityContext\": {\"allowPrivilegeEscalation\": true}", "securityContext.allowPrivilegeEscalation",
            "can't gain"
        ),
        ("\"securityContext\": {\"procMount\": \"Unmasked\"}", "securityContext.procMount", "/proc stays masked"),
        (
            "\"securityContext\": {\"capabilities\": {\"add\": [\"NET_ADMIN\"]}}", "securityContext.capabilities.add",
            "no capabilities"
        ),
        (
            "\"securityContext\": {\"capabilities\": {\"drop\": [\"KILL\"]}}", "securityContext.capabilities.drop",
            "must drop ALL"
        ),
        (
            "\"securityContext\": {\"readOnlyRootFilesystem\": false}", "securityContext.readOnlyRootFilesystem",
            "only /data and /tmp"
        ),
        ("\"securityContext\": {\"runAsUser\": 0}", "securityContext.runAsUser", "don't run as root"),
        (
            "\"securityContext\": {\"seccompProfile\": {\"type\": \"Localhost\", \"localhostProfile\": \"p\"}}",
            "securityContext.seccompProfile.type", "confinement"
        ),
        ("\"ports\": [{\"containerPort\": 80, \"hostPort\": 80}]", "ports[0].hostPort", "the node's ports"),
        (
            "\"env\": [{\"name\": \"A\", \"valueFrom\": {\"secretKeyRef\": {\"name\": \"s\", \"key\": \"k\"}}}]",
            "env[0].valueFrom.secretKeyRef", "secrets never enter"
        ),
        (
            "\"env\": [{\"name\": \"A\", \"valueFrom\": {\"fieldRef\": {\"fieldPath\": \"spec.nodeName\"}}}]",
            "env[0].valueFrom.fieldRef.fieldPath", "only their own"
        ),
        (
            "\"env\": [{\"name\": \"A\", \"valueFrom\": {\"fieldRef\": {\"fieldPath\": \"status.hostIP\"}}}]",
            "env[0].valueFrom.fieldRef.fieldPath", "only their own"
        ),
        ("\"envFrom\": [{\"secretRef\": {\"name\": \"s\"}}]", "envFrom[0].secretRef", "secrets never enter"),
        (
            "\"volumeMounts\": [{\"name\": \"palana-tmp\", \"mountPath\": \"/x\", \"mountPropagation\": \"Bidirectional\"}]",
            "volumeMounts[0].mountPropagation", "don't reach out"
        ),
        (
            "\"volumeMounts\": [{\"name\": \"palana-tmp\", \"mountPath\": \"/etc/ssl/certs/../certs/java\"}]",
            "volumeMounts[0].mountPath", "the CA"
        ),
        ("\"volumeDevices\": [{\"name\": \"d\", \"devicePath\": \"/dev/sda\"}]", "volumeDevices", "devices"),
        (
            "\"livenessProbe\": {\"httpGet\": {\"host\": \"169.254.169.254\", \"port\": 80}}",
            "livenessProbe.httpGet.host", "probes go to the pod"
        ),
        (
            "\"lifecycle\": {\"postStart\": {\"tcpSocket\": {\"host\": \"10.0.0.1\", \"port\": 22}}}",
            "lifecycle.postStart.tcpSocket.host", "probes go to the pod"
        ),
    ].flatMap { fields, field, reason in
        ["containers", "initContainers", "ephemeralContainers"].map { kind in
            Attempt(
                spec: #"{"\#(kind)": [{"name": "x", "image": "i", \#(fields)}]}"#, field: "spec.\(kind)[0].\(field)",
                reason: reason)
        }
    }

    @Test("whichever way is tried; the refusal names the field and the reason", arguments: attempts + containers)
    func refused(_ attempt: Attempt) async throws {
        let directory = WebhookSamples.directory()
        let pod = try WebhookSamples.pod(attempt.spec, metadata: attempt.metadata)
        let mutation = try await PodMutation(directory: directory).review(WebhookSamples.request(pod: pod))
        let hardened = pod.applying(mutation.patch)
        let verdict = try await PodValidation(directory: directory).review(WebhookSamples.request(pod: hardened))
        guard case .denied(.invalid(let problems)) = verdict else {
            Issue.record("it passed")
            return
        }
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.path == attempt.field)
        #expect(problems.first?.problem.contains(attempt.reason) == true, "\(problems)")
        // The same without hardening, should the first webhook ever be left out.
        let plain = try await PodValidation(directory: directory).review(WebhookSamples.request(pod: pod))
        #expect(plain.refusal?.contains(attempt.field) == true)
    }

    @Test("what does no harm passes")
    func harmless() async throws {
        let pod = try WebhookSamples.pod(
            #"""
            {"containers": [
               {"name": "c", "image": "i", "command": ["a"], "ports": [{"containerPort": 8080, "protocol": "TCP"}],
                "env": [{"name": "A", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "status.podIP"}}},
                        {"name": "B", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}}],
                "livenessProbe": {"httpGet": {"port": 8080, "path": "/", "scheme": "HTTP"}, "timeoutSeconds": 1},
                "securityContext": {"runAsUser": 1000},
                "volumeMounts": [{"name": "scratch", "mountPath": "/tmp/scratch"}]}],
             "securityContext": {"fsGroup": 1000, "supplementalGroups": [5]},
             "volumes": [{"name": "scratch", "emptyDir": {"medium": "Memory", "sizeLimit": "64Mi"}},
                         {"name": "plan", "configMap": {"name": "plan", "defaultMode": 420}}],
             "imagePullSecrets": [{"name": "registry"}], "hostname": "a", "terminationGracePeriodSeconds": 5}
            """#, metadata: #"{"annotations": {"note": "x"}, "labels": {"app": "a"}}"#)
        let directory = WebhookSamples.directory()
        let mutation = try await PodMutation(directory: directory).review(WebhookSamples.request(pod: pod))
        let verdict = try await PodValidation(directory: directory)
            .review(WebhookSamples.request(pod: pod.applying(mutation.patch)))
        #expect(verdict == .allowed(), "\(verdict)")
    }

    @Test("what the sub-resources and other kinds bring is held to the same, and nonsense is refused")
    func shapes() async throws {
        let directory = WebhookSamples.directory()
        let plain = try WebhookSamples.pod()
        let hardened = plain.applying(
            try await PodMutation(directory: directory).review(WebhookSamples.request(pod: plain)).patch)
        var debugged = hardened
        debugged["spec"]?["ephemeralContainers"] = [
            ["name": "d", "image": "i", "securityContext": ["privileged": true]]
        ]
        let request = WebhookSamples.request(
            .update, pod: debugged, old: hardened, subResource: "ephemeralcontainers")
        let patched = debugged.applying(try await PodMutation(directory: directory).review(request).patch)
        #expect(patched["spec"]?["containers"] == hardened["spec"]?["containers"])
        #expect(
            patched["spec"]?.items("ephemeralContainers").first?["securityContext"]?["readOnlyRootFilesystem"] == true)
        let verdict = try await PodValidation(directory: directory).review(
            WebhookSamples.request(.update, pod: patched, old: hardened, subResource: "ephemeralcontainers"))
        #expect(
            verdict.refusal
                == "spec.ephemeralContainers[0].securityContext.privileged: true: agents have no privileges; leave it out"
        )

        var other = WebhookSamples.request(.update, pod: debugged, subResource: "ephemeralcontainers")
        other.kind.kind = "EphemeralContainers"
        let refused = other
        await #expect(throws: AdmissionDenial.self) { try await PodValidation(directory: directory).review(refused) }
        for nonsense: JSONValue in [[:], ["spec": "x"], ["spec": ["containers": "x", "volumes": [1]]], "pod", [1]] {
            let verdict = try await PodValidation(directory: directory).review(WebhookSamples.request(pod: nonsense))
            #expect(verdict.refusal != nil)
        }
    }

    @Test("a change is held to what it changes: a pod that other rules let in can still go")
    func changes() async throws {
        let directory = WebhookSamples.directory()
        let old = try WebhookSamples.pod(#"{"hostNetwork": true}"#)
        var released = old
        released["metadata"]?["finalizers"] = []
        let same = try await PodValidation(directory: directory)
            .review(WebhookSamples.request(.update, pod: released, old: old))
        #expect(same == .allowed())
        // Also while the namespace goes, when the Service is gone already, or the Agent itself.
        for state in [DirectoryFake.State(), DirectoryFake.State(isSynced: false)] {
            let ending = try await PodValidation(directory: DirectoryFake(state))
                .review(WebhookSamples.request(.update, pod: released, old: old))
            #expect(ending == .allowed())
        }
        var worse = old
        worse["metadata"]?["labels"] = ["palana.dev/agent": "agent-bob-other-0123456789"]
        let refused = try await PodValidation(directory: directory)
            .review(WebhookSamples.request(.update, pod: worse, old: old))
        #expect(refused.refusal?.contains("metadata.labels.palana.dev/agent") == true)
        let gone = try await PodValidation(directory: directory)
            .review(WebhookSamples.request(.delete, pod: nil, old: old))
        #expect(gone == .allowed())
    }
}
