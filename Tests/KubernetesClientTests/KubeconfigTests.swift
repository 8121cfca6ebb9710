import Foundation
import PalanaCore
import TestSupport
import Testing

@testable import KubernetesClient

@Suite("Kubeconfig files")
struct KubeconfigTests {
    private static func load(
        _ texts: [String], environment: [String: String] = [:], context: String? = nil
    ) throws -> KubernetesConfiguration {
        try withTemporaryFolder { folder in
            let files = try texts.enumerated().map { index, text in
                let path = "\(folder)/\(index).yaml"
                try Data(text.utf8).write(to: URL(fileURLWithPath: path))
                return path
            }
            return try Kubeconfig.load(files: files, environment: environment).configuration(context: context)
        }
    }

    /// A whole file with one of each; `user` and `cluster` are the fields.
    private static func file(user: String, cluster: String = "server: https://127.0.0.1:6443") -> String {
        """
        apiVersion: v1
        kind: Config
        current-context: main
        clusters: [{name: c, cluster: {\(cluster)}}]
        users: [{name: u, user: {\(user)}}]
        contexts: [{name: main, context: {cluster: c, user: u, namespace: team}}]
        """
    }

    private static func refusal(_ texts: [String], context: String? = nil) -> KubernetesFailure? {
        do {
            _ = try load(texts, context: context)
            return nil
        } catch {
            return error as? KubernetesFailure
        }
    }

    @Test("A file's current context gives server, namespace and token")
    func single() throws {
        let configuration = try Self.load([Self.file(user: "token: fake-token")])
        #expect(configuration.server.description == "https://127.0.0.1:6443" && configuration.namespace == "team")
        guard case .value(let token) = configuration.credentials.token else {
            return #expect(Bool(false), "no token")
        }
        #expect(token.exposed == "fake-token" && !"\(configuration)".contains("fake-token"))
    }

    @Test("Of several files the first that has a name wins, whole; the current context is the first that is set")
    func merged() throws {
        let first = """
            current-context: ""
            users: [{name: u, user: {token: first}}]
            contexts: [{name: other, context: {cluster: c, user: u}}]
            """
        let second = Self.file(user: "token: second, as: somebody")
        let configuration = try Self.load([first, second])
        guard case .value(let token) = configuration.credentials.token else {
            return #expect(Bool(false), "no token")
        }
        #expect(token.exposed == "first" && configuration.impersonation == nil)
        #expect(configuration.namespace == "team")
        #expect(try Self.load([first, second], context: "other").namespace == "default")
    }

    @Test("Files that KUBECONFIG names and that don't exist are passed over; none at all is a failure")
    func missing() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/config"
            try Data(Self.file(user: "token: x").utf8).write(to: URL(fileURLWithPath: path))
            let found = try KubernetesConfiguration.found(
                in: ["KUBECONFIG": "\(folder)/none:\(path)", "KUBERNETES_SERVICE_HOST": "10.0.0.1"])
            #expect(found.namespace == "team")
            #expect(throws: KubernetesFailure.self) {
                try KubernetesConfiguration.found(in: ["KUBECONFIG": "\(folder)/none"])
            }
            try FileManager.default.createDirectory(atPath: "\(folder)/.kube", withIntermediateDirectories: false)
            try FileManager.default.moveItem(atPath: path, toPath: "\(folder)/.kube/config")
            #expect(try KubernetesConfiguration.found(in: ["HOME": folder]).namespace == "team")
        }
    }

    @Test("Relative paths start at the file that has them; inline data wins")
    func paths() throws {
        try withTemporaryFolder { folder in
            let text = Self.file(
                user: "client-certificate: c.pem, client-key: /k.pem, client-key-data: a2V5",
                cluster: "server: https://127.0.0.1:6443, certificate-authority: sub/ca.pem, tls-server-name: api.test")
            let path = "\(folder)/config"
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let configuration = try Kubeconfig.load(files: [path], environment: [:]).configuration()
            guard case .file(let authority) = configuration.certificateAuthority,
                case .file(let certificate) = configuration.credentials.certificate?.certificate,
                case .value(let key) = configuration.credentials.certificate?.key
            else { return #expect(Bool(false), "other sources") }
            #expect(authority == "\(folder)/sub/ca.pem" && certificate == "\(folder)/c.pem")
            #expect(key.exposed == Array("key".utf8) && configuration.serverName == "api.test")
        }
    }

    @Test(
        "What can't or mustn't be used is refused with the reason",
        arguments: [
            ("username: a, password: fake-leak", "", "username and password"),
            ("auth-provider: {name: gcp}", "", "auth-provider"),
            ("client-certificate: x", "", "together"), ("client-key-data: '%%%'", "", "not base64"),
            ("", "server: 'https://x', insecure-skip-tls-verify: true", "insecure-skip-tls-verify"),
            ("", "server: 'https://x', proxy-url: 'http://p'", "not supported yet"),
            ("", "server: 'http://example.com'", "https://"), ("", "server: 'https://fake-leak:b@x'", "https://"),
            ("", "certificate-authority: x", "no server"),
            ("exec: {command: x}", "", "apiVersion"),
            ("exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}", "", "apiVersion"),
            ("exec: {apiVersion: client.authentication.k8s.io/v1, command: x}", "", "interactiveMode"),
            (
                "exec: {apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always}", "",
                "nobody is there to answer"
            ), ("exec: {apiVersion: client.authentication.k8s.io/v1beta1}", "", "no command"),
            ("token: x, exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: x}", "", "keep one"),
        ])
    func refused(_ user: String, _ cluster: String, _ expected: String) {
        let text =
            cluster.isEmpty ? Self.file(user: user) : Self.file(user: user, cluster: cluster)
        let failure = Self.refusal([text])
        #expect(failure?.reason == .configuration && failure?.message.contains(expected) == true)
        #expect(failure?.message.contains("fake-leak") == false)
    }

    @Test(
        "A file that is none is refused without a byte of it",
        arguments: ["clusters: [fake-leak", "\t: fake-leak", "users: {fake-leak: x}", "users: [{name: [fake-leak]}]"])
    func broken(_ text: String) {
        let failure = Self.refusal([text])
        #expect(failure?.message.contains("is no kubeconfig file") == true)
        #expect(failure?.message.contains("fake-leak") == false)
    }

    @Test("A context, cluster or user that isn't there is named")
    func unknown() {
        #expect(Self.refusal([Self.file(user: "")], context: "nope")?.message.contains("nope") == true)
        #expect(Self.refusal(["{}"])?.message.contains("No context is current") == true)
        #expect(Self.refusal([""])?.reason == .configuration)
        let lost = "current-context: m\ncontexts: [{name: m, context: {cluster: gone, user: u}}]"
        #expect(Self.refusal([lost])?.message.contains("gone") == true)
    }

    @Test("Acting for others can be set in the file")
    func impersonation() throws {
        let user = "token: x, as: ann, as-groups: [a, b], as-user-extra: {k: [v]}"
        let configuration = try Self.load([Self.file(user: user)])
        #expect(configuration.impersonation == Impersonation(user: "ann", groups: ["a", "b"], extra: ["k": ["v"]]))
    }

    @Test("A pod uses its service account, with the files read anew")
    func inCluster() throws {
        try withTemporaryFolder { folder in
            let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
            #expect(throws: KubernetesFailure.self) {
                try KubernetesConfiguration.found(in: environment, folder: folder)
            }
            try Data("fake-token".utf8).write(to: URL(fileURLWithPath: "\(folder)/token"))
            try Data("spaces\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/namespace"))
            let configuration = try KubernetesConfiguration.found(in: environment, folder: folder)
            #expect(configuration.server.description == "https://[fd00::1]:443")
            #expect(configuration.namespace == "spaces")
            guard case .file("\(folder)/token") = configuration.credentials.token else {
                return #expect(Bool(false), "no token file")
            }
        }
        #expect(throws: KubernetesFailure.self) { try KubernetesConfiguration.inCluster(environment: [:]) }
    }
}
