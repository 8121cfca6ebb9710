internal import KubernetesClient
internal import PalanaCore

/// Hardens new pods in agents' own namespaces, and new containers for debugging.
public struct PodMutation: Admission {
    private let directory: any AdmissionDirectory
    private let configuration: PodConfiguration

    public init(directory: any AdmissionDirectory, configuration: PodConfiguration = PodConfiguration()) {
        self.directory = directory
        self.configuration = configuration
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        let (pod, namespace) = try request.pod()
        guard request.operation == .create || request.subResource == "ephemeralcontainers" else { return .allowed() }
        let context = try PodContext(namespace: namespace, directory: directory, configuration: configuration)
        let hardening = try PodHardening(context)
        let isNew = request.operation == .create && request.subResource == nil
        let hardened = isNew ? hardening.hardened(pod) : hardening.hardenedEphemeral(pod)
        return .allowed(patch: JSONPatch.steps(from: pod, to: hardened))
    }
}

/// Refuses pods in agents' own namespaces that are not what agents' pods must be, whoever makes or changes them.
public struct PodValidation: Admission {
    private let directory: any AdmissionDirectory
    private let configuration: PodConfiguration

    public init(directory: any AdmissionDirectory, configuration: PodConfiguration = PodConfiguration()) {
        self.directory = directory
        self.configuration = configuration
    }

    public func review(_ request: AdmissionRequest) async throws -> AdmissionVerdict {
        guard request.operation != .delete else { return .allowed() }
        let (pod, namespace) = try request.pod()
        // Finalizers go, also when the Service or the Agent that rules are made of is gone: else the namespace never ends.
        if request.operation == .update, let old = request.oldObject, Self.runsTheSame(pod, old) { return .allowed() }
        let context = try PodContext(namespace: namespace, directory: directory, configuration: configuration)
        let rules = PodRules(context)
        guard request.operation == .update else { return .of(rules.problems(pod, isNew: true)) }
        // What is wrong already was let in by other rules, and must not keep the pod from being cleared away.
        let known = Set(request.oldObject.map { rules.problems($0, isNew: false) } ?? [])
        return .of(rules.problems(pod, isNew: false).filter { !known.contains($0) })
    }

    /// Whether all that rules are about is as it was.
    private static func runsTheSame(_ pod: JSONValue, _ old: JSONValue) -> Bool {
        pod["spec"] == old["spec"]
            && ["labels", "annotations"].allSatisfy { pod["metadata"]?[$0] == old["metadata"]?[$0] }
    }
}

extension AdmissionRequest {
    /// - Throws: a refusal of what is no pod in a namespace.
    fileprivate func pod() throws(AdmissionDenial) -> (JSONValue, namespace: String) {
        guard kind.group.isEmpty, kind.kind == "Pod", let object, let namespace, !namespace.isEmpty else {
            throw .malformed("a \(ShownText.quoted(kind.kind)) is no pod, so it is refused")
        }
        return (object, namespace)
    }
}
