internal import Certificates
internal import Foundation

/// The authorities of the webhooks' certificates: who is trusted and who signs. A new one is trusted for a while before it
/// signs, and an old one as long as it lasts, so that no API server ever meets a certificate that it can't check yet, or no
/// longer.
struct WebhookAuthorities: Sendable {
    /// How long things last.
    struct Terms: Sendable, Hashable {
        /// Seconds that an authority is valid.
        var validity: TimeInterval = 365 * 86_400
        /// Seconds that a new authority is only trusted, so that every API server has heard of it.
        var settling: TimeInterval = 600

        var authority: CertificateAuthority.Terms {
            CertificateAuthority.Terms(name: "Palana webhook authority", validity: validity)
        }
    }

    let terms: Terms
    /// Oldest first; all valid now.
    private(set) var members: [CertificateAuthority]

    /// Leaves out what isn't valid now, or can't be read.
    init(_ stored: StoredAuthorities?, terms: Terms, at now: Date) {
        self.terms = terms
        members = (stored?.members ?? []).compactMap { member in
            try? CertificateAuthority(
                certificatePEM: member.certificatePEM, keyPEM: member.keyPEM, origin: "the webhooks' Secret", at: now)
        }
    }

    /// Adds a fresh one when there is none, or when the newest is in the last third of its life.
    /// - Returns: whether something changed.
    mutating func renew(at now: Date) throws -> Bool {
        if let newest = members.last, newest.validUntil.timeIntervalSince(now) > terms.validity / 3 {
            return false
        }
        members.append(try CertificateAuthority.make(terms.authority, at: now))
        return true
    }

    /// Who signs now: the newest that has settled; the oldest while none has.
    func signer(at now: Date) -> CertificateAuthority? {
        members.last { made($0).addingTimeInterval(terms.settling) <= now } ?? members.first
    }

    private func made(_ authority: CertificateAuthority) -> Date {
        authority.validFrom.addingTimeInterval(terms.authority.backDate)
    }

    /// What API servers are given to trust.
    var bundlePEM: String {
        members.map { $0.certificatePEM.hasSuffix("\n") ? $0.certificatePEM : $0.certificatePEM + "\n" }.joined()
    }

    func stored(version: String?) -> StoredAuthorities {
        StoredAuthorities(
            members: members.map { .init(certificatePEM: $0.certificatePEM, keyPEM: $0.keyPEM) }, version: version)
    }
}
