import Crypto
import Foundation

extension ControlPlane {
    /// Certificates, the key of the service accounts' tokens, and the controller manager's kubeconfig.
    func writeFiles() throws {
        try write(authority.certificatePEM, to: "ca.pem")
        let server = try authority.issue(
            "kube-apiserver", dnsNames: ["localhost", "kubernetes", "kubernetes.default.svc"])
        try write(server.certificatePEM, to: "apiserver.pem")
        try write(server.keyPEM, to: "apiserver.key")
        let accounts = P256.Signing.PrivateKey()
        try write(accounts.pemRepresentation, to: "accounts.key")
        try write(accounts.publicKey.pemRepresentation, to: "accounts.pub")
        let manager = try user("system:kube-controller-manager")
        try write(manager.kubeconfig(namespace: "default"), to: "controller-manager.kubeconfig")
    }

    /// Writes a file that only we can read; gives its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        let path = folder.path(name)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        else { throw ControlPlaneFailure("can't write \(path)") }
        return path
    }
}
