internal import Foundation

/// Keeps the webhooks' authorities where all replicas of the operator find them: a Secret of the platform's namespace.
public protocol AuthorityStore: Sendable {
    /// What is kept, or nil when nothing is yet.
    func load() async throws -> StoredAuthorities?

    /// Replaces what `authorities` were read as.
    /// - Returns: false when another replica was faster: load again.
    func save(_ authorities: StoredAuthorities) async throws -> Bool
}

/// The authorities as they are kept, oldest first. Describes itself without the keys.
public struct StoredAuthorities: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    public struct Member: Sendable {
        public var certificatePEM: String
        /// PKCS #8.
        public var keyPEM: String

        public init(certificatePEM: String, keyPEM: String) {
            self.certificatePEM = certificatePEM
            self.keyPEM = keyPEM
        }
    }

    public var members: [Member]
    /// What `save` must still find there; nil when nothing was there.
    public var version: String?

    public init(members: [Member], version: String? = nil) {
        self.members = members
        self.version = version
    }

    public var description: String { "\(members.count) authorities, keys redacted" }
    public var debugDescription: String { description }
}
