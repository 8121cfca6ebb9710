import PalanaCore

/// Where secrets are in the KV v2 engine: `{mount}/data/{proxy-secrets|agents}/{user}/{agent}/{secret}`.
///
/// Every segment must be plain (letters, digits, `.`, `_`, `-`, not starting with a dot): nothing has to be escaped, no
/// name
/// can leave its place, and no two names share one.
struct VaultSecretPaths: Sendable {
    let mount: String
    let user: @Sendable (String) -> String

    func data(_ reference: SecretReference) throws(VaultFailure) -> String {
        "\(mount)/data/\(try place(of: reference))"
    }

    func metadata(_ reference: SecretReference) throws(VaultFailure) -> String {
        "\(mount)/metadata/\(try place(of: reference))"
    }

    private func place(of reference: SecretReference) throws(VaultFailure) -> String {
        let tree = reference.mode == .proxy ? "proxy-secrets" : "agents"
        let user = try Self.checked(user(reference.owner), as: "user")
        let agent = try Self.checked(reference.agent, as: "agent")
        return "\(tree)/\(user)/\(agent)/\(try Self.checked(reference.name, as: "secret"))"
    }

    static func checked(_ segment: String, as what: String) throws(VaultFailure) -> String {
        let plain = segment.utf8.allSatisfy(isPlain)
        guard plain, !segment.isEmpty, segment.utf8.count <= 128, !segment.hasPrefix(".") else {
            throw .badName(
                "The \(what) name \(segment.debugDescription) can't be part of a path in the vault: use 1 to 128 "
                    + "letters, digits, '.', '_' or '-', not starting with '.'.")
        }
        return segment
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
