import Foundation
import PalanaCore

extension Kubeconfig {
    /// The configuration that a context describes.
    /// - Parameter name: nil means the current context.
    /// - Throws: `configuration` for what is missing, wrong, unsafe or not supported.
    public func configuration(context name: String? = nil) throws(KubernetesFailure) -> KubernetesConfiguration {
        guard let name = name ?? currentContext else {
            throw .kubeconfig("No context is current: name one of \(contextNames.joined(separator: ", ")).")
        }
        guard let context = contexts[name] else {
            throw .kubeconfig("There is no context \(ShownText.quoted(name)): name one of \(names(contexts)).")
        }
        let clusterName = context.content.cluster ?? ""
        guard let cluster = clusters[clusterName] else {
            throw .kubeconfig(
                "The context \(ShownText.quoted(name)) names the cluster \(ShownText.quoted(clusterName)), which no "
                    + "file has: add it, or name one of \(names(clusters)).")
        }
        let userName = context.content.user ?? ""
        let user = users[userName]
        guard user != nil || userName.isEmpty else {
            throw .kubeconfig(
                "The context \(ShownText.quoted(name)) names the user \(ShownText.quoted(userName)), which no file "
                    + "has: add it, or name one of \(names(users)).")
        }
        return try configuration(
            cluster, named: clusterName, user, named: userName, namespace: context.content.namespace)
    }

    private func names(_ entries: [String: some Any]) -> String {
        entries.isEmpty ? "none (there is none)" : entries.keys.sorted().joined(separator: ", ")
    }

    private func configuration(
        _ cluster: Entry<KubeconfigFile.Cluster>, named clusterName: String, _ user: Entry<KubeconfigFile.User>?,
        named userName: String, namespace: String?
    ) throws(KubernetesFailure) -> KubernetesConfiguration {
        let content = cluster.content
        let label = "The cluster \(ShownText.quoted(clusterName)) in \(cluster.file)"
        guard let server = content.server, !server.isEmpty else {
            throw .kubeconfig("\(label) has no server: add `server: https://HOST:PORT`.")
        }
        if content.insecureSkipTLSVerify == true {
            throw .kubeconfig(
                "\(label) has insecure-skip-tls-verify, which would show the credentials to anybody: give "
                    + "certificate-authority or certificate-authority-data instead.")
        }
        if let proxy = content.proxyURL, !proxy.isEmpty {
            throw .kubeconfig("\(label) has proxy-url: not supported yet; leave it out.")
        }
        var configuration = KubernetesConfiguration(server: try ServerAddress(server))
        configuration.certificateAuthority = try source(
            data: content.certificateAuthorityData, file: content.certificateAuthority, in: cluster.folder,
            "\(label): certificate-authority-data")
        configuration.serverName = content.tlsServerName.flatMap { $0.isEmpty ? nil : $0 }
        if let namespace, !namespace.isEmpty { configuration.namespace = namespace }
        guard let user else { return configuration }
        configuration.credentials = try credentials(of: user, named: userName, for: configuration)
        configuration.impersonation = impersonation(of: user.content)
        return configuration
    }

    private func impersonation(of user: KubeconfigFile.User) -> Impersonation? {
        guard let name = user.impersonate, !name.isEmpty else { return nil }
        return Impersonation(
            user: name, uid: user.impersonateUID, groups: user.impersonateGroups ?? [],
            extra: user.impersonateExtra ?? [:])
    }

    /// Inline data wins over a file, as with kubectl.
    func source(
        data: String?, file: String?, in folder: String, _ label: String
    ) throws(KubernetesFailure) -> PEMSource? {
        if let data, !data.isEmpty {
            guard let bytes = Data(base64Encoded: data, options: .ignoreUnknownCharacters), !bytes.isEmpty else {
                throw .kubeconfig("\(label) is not base64: give the PEM file's bytes in base64.")
            }
            return .value(Secret([UInt8](bytes)))
        }
        guard let file, !file.isEmpty else { return nil }
        return .file(path(file, in: folder))
    }

    func path(_ file: String, in folder: String) -> String {
        file.hasPrefix("/") ? file : "\(folder)/\(file)"
    }
}

extension KubernetesFailure {
    static func kubeconfig(_ sentence: String) -> KubernetesFailure { KubernetesFailure(.configuration, sentence) }
}
