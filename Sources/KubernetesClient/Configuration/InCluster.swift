import Foundation

extension KubernetesConfiguration {
    /// Where a pod finds its service account's token, the CA and its namespace.
    public static let serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// As a pod's own service account. Token and CA are read again as they rotate.
    /// - Parameter environment: the variables of the process, handed in by the composition root.
    public static func inCluster(
        environment: [String: String], folder: String = serviceAccountFolder
    ) throws(KubernetesFailure) -> KubernetesConfiguration {
        guard let host = environment["KUBERNETES_SERVICE_HOST"], !host.isEmpty,
            let port = environment["KUBERNETES_SERVICE_PORT"], !port.isEmpty
        else {
            throw KubernetesFailure(
                .configuration,
                "This is no pod: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set. Set KUBECONFIG to "
                    + "the path of a kubeconfig file instead.")
        }
        let token = "\(folder)/token"
        guard FileManager.default.isReadableFile(atPath: token) else {
            throw KubernetesFailure(
                .configuration,
                "\(token) can't be read: let the pod mount its service account's token "
                    + "(automountServiceAccountToken: true).")
        }
        let namespace = try? String(contentsOfFile: "\(folder)/namespace", encoding: .utf8)
        return KubernetesConfiguration(
            server: try ServerAddress("https://\(host.contains(":") ? "[\(host)]" : host):\(port)"),
            certificateAuthority: .file("\(folder)/ca.crt"),
            credentials: KubernetesCredentials(token: .file(token)),
            namespace: namespace?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "default")
    }

    /// What the environment describes: the files of `KUBECONFIG`, else the pod's service account, else
    /// `~/.kube/config`.
    /// - Parameter context: a context of the kubeconfig files; nil means their current one.
    public static func found(
        in environment: [String: String], context: String? = nil, folder: String = serviceAccountFolder
    ) throws(KubernetesFailure) -> KubernetesConfiguration {
        let isPod = environment["KUBERNETES_SERVICE_HOST"].map { !$0.isEmpty } ?? false
        let names = environment["KUBECONFIG"].map { !$0.isEmpty } ?? false
        if isPod, !names, context == nil { return try inCluster(environment: environment, folder: folder) }
        return try Kubeconfig.load(environment: environment).configuration(context: context)
    }
}
