import Foundation
public import PalanaCore
import Subprocess
import SystemPackage

/// A program that gives credentials (Kubernetes, "client-go credential plugins"). It runs without a terminal, with the
/// given variables only, and gets a minute.
public struct ExecPlugin: Sendable {
    public enum Version: String, Sendable, CaseIterable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    /// What a plugin that wants to know is told of the API server.
    public struct Cluster: Sendable {
        public var server: ServerAddress
        public var serverName: String?
        public var certificateAuthority: PEMSource?

        public init(server: ServerAddress, serverName: String? = nil, certificateAuthority: PEMSource? = nil) {
            self.server = server
            self.serverName = serverName
            self.certificateAuthority = certificateAuthority
        }
    }

    public var version: Version
    /// A path, or a name that is looked for in the `PATH` of `environment`.
    public var command: String
    public var arguments: [String]
    /// All its variables. Hidden, since a kubeconfig may put passwords there.
    public var environment: Secret<[String: String]>
    public var cluster: Cluster?
    /// After it the program is ended.
    public var limit: Duration

    public init(
        version: Version = .v1, command: String, arguments: [String] = [], environment: Secret<[String: String]>,
        cluster: Cluster? = nil, limit: Duration = .seconds(60)
    ) {
        self.version = version
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.cluster = cluster
        self.limit = limit
    }

    /// Runs the program. Neither what it prints nor its arguments get into a failure.
    func credential() async throws(KubernetesFailure) -> ExecCredential {
        let program = try located()
        let output: (succeeded: Bool, text: String)
        do {
            output = try await withDeadline(limit) { try await run(program) }
        } catch is DeadlineExceeded {
            throw failure("gave no credentials within \(limit.components.seconds) s: run it by hand to see why")
        } catch is CancellationError {
            throw KubernetesFailure(.cancelled, "The exec plugin \(command) was ended before it was done.")
        } catch {
            throw failure("can't be run, or prints more than a credential: check it")
        }
        guard output.succeeded else { throw failure("failed: run it by hand to see why") }
        return try ExecCredential.read(Data(output.text.utf8), from: self)
    }

    private func run(_ program: String) async throws -> (succeeded: Bool, text: String) {
        var variables: [Environment.Key: String] = [:]
        for (name, value) in environment.exposed {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        variables["KUBERNETES_EXEC_INFO"] = try information()
        let result = try await Subprocess.run(
            .path(FilePath(program)), arguments: Arguments(arguments), environment: .custom(variables),
            output: .string(limit: 1 << 20), error: .discarded)
        return (result.terminationStatus.isSuccess, result.standardOutput)
    }

    /// The text of `KUBERNETES_EXEC_INFO`.
    private func information() throws(KubernetesFailure) -> String {
        var spec: JSONValue = ["interactive": false]
        if let cluster {
            var told: JSONValue = ["server": .string(cluster.server.description)]
            told["tls-server-name"] = cluster.serverName.map { .string($0) }
            if let authority = cluster.certificateAuthority {
                let bytes = try authority.bytes("certificate authority")
                told["certificate-authority-data"] = .string(Data(bytes).base64EncodedString())
            }
            spec["cluster"] = told
        }
        let information: JSONValue = [
            "apiVersion": .string(version.rawValue), "kind": "ExecCredential", "spec": spec,
        ]
        return String(decoding: try Wire.encoded(information), as: UTF8.self)
    }

    private func located() throws(KubernetesFailure) -> String {
        if command.contains("/") {
            guard FileManager.default.isExecutableFile(atPath: command) else {
                throw failure("is no program that can be run: install it, or correct its path")
            }
            return command
        }
        for folder in (environment.exposed["PATH"] ?? "").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(command)"
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        throw failure("is not in the PATH: install it, or give its whole path")
    }

    func failure(_ problem: String) -> KubernetesFailure {
        KubernetesFailure(.configuration, "The exec plugin \(command) \(problem).")
    }
}
