import Foundation
public import PalanaCore

/// Where audit records are shipped to, and how.
public struct ShippingConfiguration: Sendable {
    /// `https://HOST[:PORT][/PATH]`, as given.
    public let endpoint: String
    /// Where requests go: the endpoint with `/v1/logs`.
    let address: String
    /// A file of `Name: value` lines, read again for each batch.
    public let headersFile: String?
    /// A PEM file of the authorities that the receiver's certificate may have; nil: the system's.
    public let authorityFile: String?
    /// Most records in one request …
    public var batchRecords = 512
    /// … and most bytes of their lines, unless a single one is longer.
    public var batchBytes = 1 << 20
    /// How often it looks for new records.
    public var interval: Duration = .seconds(1)
    /// Until the whole answer is there.
    public var requestTimeout: Duration = .seconds(10)
    /// Between attempts while the receiver is away or busy: growing from one to the other.
    public var shortestPause: Duration = .seconds(1)
    public var longestPause: Duration = .seconds(60)
    /// Until a request that was refused is tried again.
    public var refusedPause: Duration = .seconds(300)
    /// The time that the last records have when the process is told to end.
    public var lastRound: Duration = .seconds(5)
    public var sleep: @Sendable (Duration) async throws -> Void = { try await ContinuousClock().sleep(for: $0) }

    /// - Throws: what is wrong with the settings. Files are looked at by `AuditShipper`.
    public init(endpoint: String, headersFile: String? = nil, authorityFile: String? = nil) throws(AuditFailure) {
        let shown = AuditText.harmless(Self.withoutSecrets(endpoint), limit: 200)
        guard let parts = URLComponents(string: endpoint), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.query == nil, parts.fragment == nil
        else {
            throw AuditFailure(
                "The receiver of audit records '\(shown)' must be https://HOST[:PORT][/PATH] or the same with http, "
                    + "without user, query and fragment")
        }
        let path = parts.path
        guard !path.hasSuffix("/v1/logs") else {
            throw AuditFailure(
                "The receiver of audit records '\(shown)' must be given without /v1/logs, which is added")
        }
        if scheme == "http" {
            guard authorityFile == nil else {
                throw AuditFailure(
                    "The receiver of audit records '\(shown)' has no certificate: leave the authority out")
            }
            guard headersFile == nil || Self.isLoopback(host) else {
                throw AuditFailure(
                    "The receiver of audit records '\(shown)' would get the headers in clear text: use https, or leave "
                        + "the headers out")
            }
        }
        self.endpoint = endpoint
        address = endpoint.trimmingSuffix("/") + "/v1/logs"
        self.headersFile = headersFile
        self.authorityFile = authorityFile
    }

    /// Without user, password and query, however it is spelled.
    private static func withoutSecrets(_ endpoint: String) -> String {
        let behindUser = endpoint.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return String(behindUser.prefix { $0 != "?" && $0 != "#" })
    }

    private static func isLoopback(_ host: String) -> Bool {
        ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host.lowercased())
    }
}

extension String {
    fileprivate func trimmingSuffix(_ suffix: Character) -> String {
        var text = self[...]
        while text.last == suffix { text.removeLast() }
        return String(text)
    }
}
