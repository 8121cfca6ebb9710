/// The names that are derived from an owner and an agent's name: pure functions of the raw bytes. The readable part is
/// cut to fit, the hash never: the first 10 hex digits of SHA-256 over netstrings (`17:alice@example.com4:demo`), so
/// that no two pairs feed it the same bytes.
public enum AgentNames {
    /// A Kubernetes namespace's limit (RFC 1123 label), and comfortable for a file name and an Envoy listener.
    public static let maximumLength = 63
    /// Longest agent name, so that some of the owner stays readable beside it in 63 characters.
    public static let maximumAgentNameLength = 40

    private static let hashLength = 10

    /// The agent's id and own namespace: `agent-{slug(owner)}-{name}-{h}`.
    public static func agent(owner: String, name: String) -> AgentID {
        let hash = hash(of: [owner, name])
        let fixed = "agent-".count + 1 + 1 + hashLength
        let tail = cut(slug(name), to: maximumAgentNameLength)
        let head = cut(slug(owner), to: maximumLength - fixed - tail.count)
        return AgentID(rawValue: "agent-\(head)-\(tail)-\(hash)")
    }

    /// The owner's tenant namespace: `user-{slug}-{h}`.
    public static func tenantNamespace(owner: String) -> String {
        "user-\(vaultUser(owner: owner))"
    }

    /// The owner's part of a Vault path: `{slug}-{h}`.
    public static func vaultUser(owner: String) -> String {
        let head = cut(slug(owner), to: maximumLength - "user-".count - 1 - hashLength)
        return "\(head)-\(hash(of: [owner]))"
    }

    /// Lower-case ASCII letters and digits, everything else as single dashes between them; `x` when nothing is left.
    static func slug(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): result.append(byte)
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
            default: if let last = result.last, last != UInt8(ascii: "-") { result.append(UInt8(ascii: "-")) }
            }
        }
        if result.last == UInt8(ascii: "-") { result.removeLast() }
        return result.isEmpty ? "x" : String(decoding: result, as: UTF8.self)
    }

    private static func cut(_ slug: String, to length: Int) -> String {
        var piece = slug.prefix(max(length, 1))
        while piece.last == "-" { piece.removeLast() }
        return String(piece)
    }

    private static func hash(of pieces: [String]) -> String {
        let netstrings = pieces.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) }
        return String(SHA256.hex(netstrings).prefix(hashLength))
    }
}
