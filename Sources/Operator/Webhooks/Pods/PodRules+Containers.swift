internal import KubernetesClient
internal import PalanaCore

/// A container, an init container, or one for debugging.
extension PodRules {
    static func container(_ context: PodContext) -> FieldRules {
        let probe = FieldRules.Rule.object(handler)
        var rules: [String: FieldRules.Rule] = [
            "securityContext": .always(containerSecurity),
            "ports": .each(
                FieldRules([
                    "name": .free, "containerPort": .free, "protocol": .free,
                    "hostPort": .refused("the node's ports aren't the agent's; leave it out"),
                    "hostIP": .refused("the node's addresses aren't the agent's; leave it out"),
                ])),
            "env": .each(variable),
            "envFrom": .each(
                FieldRules([
                    "prefix": .free, "configMapRef": .free,
                    "secretRef": .refused(secretReference),
                ])),
            "volumeMounts": .each(mount),
            "volumeDevices": .refused("devices aren't the agent's; leave it out"),
            "livenessProbe": probe, "readinessProbe": probe, "startupProbe": probe,
            "lifecycle": .object(
                FieldRules(["postStart": .object(handler), "preStop": .object(handler), "stopSignal": .free])),
            "resources": .object(
                FieldRules([
                    "limits": .free, "requests": .free, "claims": .refused("devices aren't the agent's; leave it out"),
                ])),
        ]
        for name in [
            "name", "image", "imagePullPolicy", "command", "args", "workingDir", "resizePolicy", "restartPolicy",
            "restartPolicyRules", "terminationMessagePath", "terminationMessagePolicy", "stdin", "stdinOnce", "tty",
            "targetContainerName",
        ] { rules[name] = .free }
        return FieldRules(rules)
    }

    private static let secretReference = "secrets never enter a pod; declare them in spec.secrets of the Agent"

    private static let variable = FieldRules([
        "name": .free, "value": .free,
        "valueFrom": .object(
            FieldRules([
                "configMapKeyRef": .free, "resourceFieldRef": .free, "fieldRef": .object(field),
                "secretKeyRef": .refused(secretReference),
            ])),
    ])

    /// What a pod may learn of itself: nothing of its node, its account or other containers.
    static let field = FieldRules([
        "apiVersion": .free,
        "fieldPath": .checked { value, path in
            let allowed: Set = [
                "metadata.name", "metadata.namespace", "metadata.uid", "metadata.labels", "status.podIP",
                "status.podIPs",
            ]
            let isOwnLabel = value.text?.hasPrefix("metadata.labels['") ?? false
            guard let text = value.text, allowed.contains(text) || isOwnLabel else {
                return [.init(path, value, "agents learn only their own name, labels and address; leave it out")]
            }
            return []
        },
    ])

    /// Kubelets carry probes and hooks out, on the node's network: they must not be sent elsewhere.
    private static let handler: FieldRules = {
        let host = FieldRules.Rule.refused("probes go to the pod itself; leave it out")
        var rules: [String: FieldRules.Rule] = [
            "httpGet": .object(
                FieldRules(["path": .free, "port": .free, "scheme": .free, "httpHeaders": .free, "host": host])),
            "tcpSocket": .object(FieldRules(["port": .free, "host": host])),
        ]
        for name in [
            "exec", "grpc", "sleep", "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold",
            "failureThreshold", "terminationGracePeriodSeconds",
        ] { rules[name] = .free }
        return FieldRules(rules)
    }()

    private static let mount = FieldRules([
        "name": .free, "readOnly": .free, "recursiveReadOnly": .free, "subPath": .free, "subPathExpr": .free,
        "mountPropagation": .oneOf(["None", ""], "mounts don't reach out of the container; leave it out"),
        "mountPath": .checked { value, path in
            let folders = [RuntimeVariables.certificateFolder]
            guard let text = value.text else { return [.init(path, "must be text")] }
            guard let folder = folders.first(where: { MountPath.overlap($0, text) }),
                MountPath.normalised(text) != folder
            else { return [] }
            return [.init(path, value, "the CA that agents trust is in \(folder); mount it elsewhere")]
        },
    ])
}
