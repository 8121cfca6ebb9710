import PalanaCore

extension SecretFailure {
    /// The vault's failure as the core knows it, with the secret's name in front.
    init(_ failure: VaultFailure, of reference: SecretReference) {
        let sentence = "Secret \(reference.owner)/\(reference.agent)/\(reference.name): \(failure)"
        switch failure {
        case .missing, .badName: self = .missing(sentence)
        case .forbidden, .loginRefused: self = .forbidden(sentence)
        default: self = .unavailable(sentence)
        }
    }
}
