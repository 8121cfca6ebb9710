public import Foundation

/// A throwaway certificate authority for a TLS vault on loopback: writes `ca.pem`, and `NAME.pem` with `NAME.key`.
public struct VaultCertificates {
    public let folder: URL
    private let authority: TestAuthority

    /// Makes an authority and writes its certificate to `folder/ca.pem`.
    public init(folder: URL, name: String) throws {
        self.folder = folder
        authority = try TestAuthority(name: name)
        try write(authority.certificatePEM, to: "ca.pem")
    }

    /// Makes a certificate for 127.0.0.1, good for servers and clients.
    public func makeLeaf(_ leaf: String) throws {
        let identity = try authority.issue(leaf)
        try write(identity.certificatePEM, to: "\(leaf).pem")
        try write(identity.keyPEM, to: "\(leaf).key")
    }

    private func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: file))
    }
}
