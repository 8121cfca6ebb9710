/// The user in whose name calls are made; the client's own user needs the right to `impersonate` them.
public struct Impersonation: Sendable, Hashable {
    public var user: String
    public var uid: String?
    public var groups: [String]
    public var extra: [String: [String]]

    public init(user: String, uid: String? = nil, groups: [String] = [], extra: [String: [String]] = [:]) {
        self.user = user
        self.uid = uid
        self.groups = groups
        self.extra = extra
    }

    /// The request headers that say so.
    /// - Throws: `configuration` for a value that would end its header.
    func headers() throws(KubernetesFailure) -> [(name: String, value: String)] {
        var headers = [("Impersonate-User", user)]
        if let uid { headers.append(("Impersonate-Uid", uid)) }
        headers += groups.map { ("Impersonate-Group", $0) }
        for (key, values) in extra.sorted(by: { $0.key < $1.key }) {
            headers += values.map { ("Impersonate-Extra-\(Self.escaped(key))", $0) }
        }
        for (_, value) in headers {
            guard value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
                throw KubernetesFailure(
                    .configuration, "The user to act for, or one of their groups, has control characters in it.")
            }
        }
        guard !user.isEmpty else {
            throw KubernetesFailure(.configuration, "The user to act for has no name: give one.")
        }
        return headers
    }

    /// Header names are tokens and lose their letter case, so what is no lower-case token character is
    /// percent-encoded (Kubernetes, "User impersonation").
    private static func escaped(_ key: String) -> String {
        key.utf8.map { byte in
            let isPlain =
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-._~".utf8.contains(byte)
            let digits = String(byte, radix: 16, uppercase: true)
            return isPlain ? String(decoding: [byte], as: UTF8.self) : "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
