import Foundation
import Yams

/// One kubeconfig file (`clientcmd/api/v1`), as far as it matters here.
struct KubeconfigFile: Decodable, Sendable {
    struct NamedCluster: Decodable, Sendable {
        var name: String
        var cluster: Cluster
    }

    struct NamedUser: Decodable, Sendable {
        var name: String
        var user: User
    }

    struct NamedContext: Decodable, Sendable {
        var name: String
        var context: Context
    }

    struct Cluster: Decodable, Sendable {
        var server: String?
        var tlsServerName: String?
        var insecureSkipTLSVerify: Bool?
        var certificateAuthority: String?
        var certificateAuthorityData: String?
        var proxyURL: String?

        enum CodingKeys: String, CodingKey {
            case server
            case tlsServerName = "tls-server-name"
            case insecureSkipTLSVerify = "insecure-skip-tls-verify"
            case certificateAuthority = "certificate-authority"
            case certificateAuthorityData = "certificate-authority-data"
            case proxyURL = "proxy-url"
        }
    }

    struct User: Decodable, Sendable {
        var clientCertificate: String?
        var clientCertificateData: String?
        var clientKey: String?
        var clientKeyData: String?
        var token: String?
        var tokenFile: String?
        var impersonate: String?
        var impersonateUID: String?
        var impersonateGroups: [String]?
        var impersonateExtra: [String: [String]]?
        var username: String?
        var password: String?
        var authProvider: Ignored?
        var exec: Exec?

        enum CodingKeys: String, CodingKey {
            case token, tokenFile, username, password, exec
            case clientCertificate = "client-certificate"
            case clientCertificateData = "client-certificate-data"
            case clientKey = "client-key"
            case clientKeyData = "client-key-data"
            case impersonate = "as"
            case impersonateUID = "as-uid"
            case impersonateGroups = "as-groups"
            case impersonateExtra = "as-user-extra"
            case authProvider = "auth-provider"
        }
    }

    struct Context: Decodable, Sendable {
        var cluster: String?
        var user: String?
        var namespace: String?
    }

    struct Exec: Decodable, Sendable {
        struct Variable: Decodable, Sendable {
            var name: String
            var value: String
        }

        var apiVersion: String?
        var command: String?
        var args: [String]?
        var env: [Variable]?
        var installHint: String?
        var provideClusterInfo: Bool?
        var interactiveMode: String?
    }

    /// Something whose presence matters and whose content doesn't.
    struct Ignored: Decodable, Sendable {
        init(from decoder: any Decoder) {}
    }

    var kind: String?
    var currentContext: String?
    var clusters: [NamedCluster]?
    var users: [NamedUser]?
    var contexts: [NamedContext]?

    enum CodingKeys: String, CodingKey {
        case kind, clusters, users, contexts
        case currentContext = "current-context"
    }

    /// A file is at most this long; client-go has no limit, and no honest file is near it.
    private static let limit = 4 << 20

    /// The parser's own words are not passed on: they may quote the file.
    static func read(_ file: URL) throws(KubernetesFailure) -> KubeconfigFile {
        let data: Data
        do {
            data = try Data(contentsOf: file)
        } catch {
            throw KubernetesFailure(.configuration, "\(file.path) can't be read: check that it is there and readable.")
        }
        guard data.count <= limit else {
            throw KubernetesFailure(
                .configuration, "\(file.path) is longer than \(limit >> 20) MiB: give a kubeconfig file.")
        }
        do {
            // An empty file is one that says nothing.
            let isEmpty = !data.contains { $0 > 0x20 }
            if isEmpty { return try JSONDecoder().decode(KubeconfigFile.self, from: Data("{}".utf8)) }
            return try YAMLDecoder().decode(KubeconfigFile.self, from: data)
        } catch {
            throw KubernetesFailure(
                .configuration, "\(file.path) is no kubeconfig file\(place(of: error)): correct it.")
        }
    }

    private static func place(of error: any Error) -> String {
        switch error {
        case DecodingError.dataCorrupted(let context) where context.codingPath.isEmpty:
            if let problem = context.underlyingError as? YamlError { return place(of: problem) }
            return ""
        case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context),
            DecodingError.valueNotFound(_, let context):
            return " (\(DecodingProblem.path(context.codingPath)) is not what it should be)"
        case DecodingError.keyNotFound(let key, let context):
            return " (\(DecodingProblem.path(context.codingPath + [key])) is missing)"
        default: return ""
        }
    }

    private static func place(of problem: YamlError) -> String {
        switch problem {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _):
            " (not YAML in line \(mark.line))"
        default: " (not YAML)"
        }
    }
}
