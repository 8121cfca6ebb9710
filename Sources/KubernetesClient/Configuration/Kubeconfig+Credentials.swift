import PalanaCore

extension Kubeconfig {
    /// How a user of the files shows who they are.
    func credentials(
        of user: Entry<KubeconfigFile.User>, named name: String, for configuration: KubernetesConfiguration
    ) throws(KubernetesFailure) -> KubernetesCredentials {
        let content = user.content
        let label = "The user \(ShownText.quoted(name)) in \(user.file)"
        guard content.username == nil, content.password == nil else {
            throw .kubeconfig(
                "\(label) has a username and password, which API servers no longer take: give a token, a client "
                    + "certificate or an exec plugin.")
        }
        guard content.authProvider == nil else {
            throw .kubeconfig("\(label) has an auth-provider, which Kubernetes has removed: give an exec plugin.")
        }
        var credentials = KubernetesCredentials()
        if let file = content.tokenFile, !file.isEmpty {
            credentials.token = .file(path(file, in: user.folder))
        } else if let token = content.token, !token.isEmpty {
            credentials.token = .value(Secret(token))
        }
        let certificate = try source(
            data: content.clientCertificateData, file: content.clientCertificate, in: user.folder,
            "\(label): client-certificate-data")
        let key = try source(
            data: content.clientKeyData, file: content.clientKey, in: user.folder, "\(label): client-key-data")
        switch (certificate, key) {
        case (let certificate?, let key?):
            credentials.certificate = ClientCertificate(certificate: certificate, key: key)
        case (nil, nil): break
        default:
            throw .kubeconfig("\(label) needs client-certificate and client-key together: give both or neither.")
        }
        if let exec = content.exec {
            guard credentials.token == nil, credentials.certificate == nil else {
                throw .kubeconfig("\(label) has an exec plugin beside a token or certificate: keep one of them.")
            }
            credentials.plugin = try plugin(exec, label: label, folder: user.folder, for: configuration)
        }
        return credentials
    }

    private func plugin(
        _ exec: KubeconfigFile.Exec, label: String, folder: String, for configuration: KubernetesConfiguration
    ) throws(KubernetesFailure) -> ExecPlugin {
        guard let command = exec.command, !command.isEmpty else {
            throw .kubeconfig("\(label): the exec plugin has no command: add `command: PROGRAM`.")
        }
        let versions = ExecPlugin.Version.allCases.map(\.rawValue).joined(separator: " or ")
        guard let version = exec.apiVersion.flatMap(ExecPlugin.Version.init(rawValue:)) else {
            throw .kubeconfig("\(label): the exec plugin's apiVersion must be \(versions).")
        }
        switch exec.interactiveMode ?? (version == .v1 ? "" : "IfAvailable") {
        case "Never", "IfAvailable": break
        case "Always":
            throw .kubeconfig(
                "\(label): the exec plugin \(command) wants to ask a person (interactiveMode: Always), and nobody is "
                    + "there to answer: give another way to log in.")
        default:
            throw .kubeconfig("\(label): the exec plugin's interactiveMode must be Never or IfAvailable.")
        }
        var environment = environment
        for variable in exec.env ?? [] { environment[variable.name] = variable.value }
        return ExecPlugin(
            version: version, command: command.contains("/") ? path(command, in: folder) : command,
            arguments: exec.args ?? [], environment: Secret(environment),
            cluster: exec.provideClusterInfo == true
                ? ExecPlugin.Cluster(
                    server: configuration.server, serverName: configuration.serverName,
                    certificateAuthority: configuration.certificateAuthority) : nil)
    }
}
