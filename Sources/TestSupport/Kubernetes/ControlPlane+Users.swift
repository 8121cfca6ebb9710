import Foundation

/// Somebody who may talk to a control plane, by a client certificate or a token.
public struct ControlPlaneUser: Sendable {
    public enum Credential: Sendable {
        case certificate(TestAuthority.Identity)
        case token(String)
    }

    public var name: String
    public var groups: [String]
    public var credential: Credential
    /// The API server's address.
    public var server: String
    public var authorityPEM: String

    /// A kubeconfig with this user as its only one.
    public func kubeconfig(namespace: String = "default") -> String {
        let credentials =
            switch credential {
            case .certificate(let identity):
                """
                client-certificate-data: \(Self.base64(identity.certificatePEM))
                    client-key-data: \(Self.base64(identity.keyPEM))
                """
            case .token(let token): "token: \(token)"
            }
        return """
            apiVersion: v1
            kind: Config
            clusters:
            - name: test
              cluster:
                server: \(server)
                certificate-authority-data: \(Self.base64(authorityPEM))
            users:
            - name: user
              user:
                \(credentials)
            contexts:
            - name: test
              context: {cluster: test, user: user, namespace: \(namespace)}
            current-context: test

            """
    }

    private static func base64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}

extension ControlPlane {
    /// A real user: the API server takes the name and the groups out of the certificate.
    public func user(_ name: String, groups: [String] = []) throws -> ControlPlaneUser {
        ControlPlaneUser(
            name: name, groups: groups,
            credential: .certificate(try authority.issue(name, organizations: groups)), server: server,
            authorityPEM: authorityPEM)
    }

    /// The user who may do everything.
    public func administrator() throws -> ControlPlaneUser { try user("admin", groups: ["system:masters"]) }

    /// A service account, by a token that is good for its API server (TokenRequest).
    /// - Parameters:
    ///   - audiences: the API server's own when empty.
    ///   - lifetime: the server gives no less than 10 minutes.
    public func serviceAccount(
        _ name: String, namespace: String, audiences: [String] = [], lifetime: Duration = .seconds(3600)
    ) async throws -> ControlPlaneUser {
        var specification: [String: Any] = ["expirationSeconds": lifetime.components.seconds]
        if !audiences.isEmpty { specification["audiences"] = audiences }
        let body = try JSONSerialization.data(withJSONObject: [
            "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": specification,
        ])
        let answer = try await admin.must(
            "POST", "/api/v1/namespaces/\(namespace)/serviceaccounts/\(name)/token",
            json: String(decoding: body, as: UTF8.self))
        let token = try JSONDecoder().decode(TokenRequest.self, from: answer).status.token
        return ControlPlaneUser(
            name: "system:serviceaccount:\(namespace):\(name)", groups: [], credential: .token(token),
            server: server, authorityPEM: authorityPEM)
    }

    /// Writes a kubeconfig for a user; gives its path. It goes away with the control plane.
    public func kubeconfigFile(for user: ControlPlaneUser, namespace: String = "default") throws -> String {
        try write(user.kubeconfig(namespace: namespace), to: "\(UUID().uuidString).kubeconfig")
    }

    /// `kubectl` as a user.
    public func kubectl(as user: ControlPlaneUser, namespace: String = "default") throws -> Kubectl {
        Kubectl(
            program: programs.kubectl, kubeconfig: try kubeconfigFile(for: user, namespace: namespace), home: path)
    }

    /// `kubectl` as the administrator.
    public func kubectl(namespace: String = "default") throws -> Kubectl {
        try kubectl(as: administrator(), namespace: namespace)
    }

    private struct TokenRequest: Decodable {
        struct Status: Decodable { var token: String }
        var status: Status
    }
}
