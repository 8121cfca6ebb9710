/// Why the authority that signs leaves can't be used. Each case reads as one sentence that names the file.
public enum CertificateAuthorityError: Error, Sendable, Hashable, CustomStringConvertible {
    case unreadable(file: String, reason: String)
    case unwritable(file: String, reason: String)
    /// The key's file may be read by others.
    case openToOthers(file: String)
    case notPEM(file: String, expected: String)
    /// Only P-256 keys are taken.
    case wrongKeyType(file: String)
    /// The key does not belong to the certificate.
    case keyMismatch(certificate: String, key: String)
    /// Basic constraints don't say CA:TRUE, or key usage forbids signing.
    case notAnAuthority(file: String)
    case outsideValidity(file: String)
    /// Only one of certificate and key is there.
    case halfMissing(missing: String)

    public var description: String {
        switch self {
        case .unreadable(let file, let reason): "can't read \(file): \(reason)"
        case .unwritable(let file, let reason): "can't write \(file): \(reason)"
        case .openToOthers(let file): "\(file) may be read by other users: chmod 600 it"
        case .notPEM(let file, let expected): "\(file) holds no PEM \(expected)"
        case .wrongKeyType(let file): "\(file) holds no P-256 key, the only kind that is taken"
        case .keyMismatch(let certificate, let key):
            "the key in \(key) does not belong to the certificate in \(certificate)"
        case .notAnAuthority(let file):
            "the certificate in \(file) may not sign others (CA:TRUE and keyCertSign are needed)"
        case .outsideValidity(let file): "the certificate in \(file) is not valid today: replace it"
        case .halfMissing(let file): "\(file) is missing while its counterpart is there: restore it or remove both"
        }
    }
}
