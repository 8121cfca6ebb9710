/// The query of a request, read only as far as decisions need it.
public struct RequestQuery: Hashable, Sendable {
    public struct Item: Hashable, Sendable {
        /// Decoded once, `+` as space.
        public let key: String
        /// As sent.
        public let value: String
    }

    public let items: [Item]

    /// More parameters than this are refused.
    public static let maximumItems = 1_000

    /// - Parameter text: what follows `?`, nil or empty when there is no query.
    public init(_ text: String?) throws(Refusal) {
        guard let text, !text.isEmpty else {
            items = []
            return
        }
        let parts = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ";") })
        guard parts.count <= RequestQuery.maximumItems else {
            throw .malformed("the query has more than \(RequestQuery.maximumItems) parameters", hint: "send fewer")
        }
        items = parts.map { part in
            let key = part.prefix { $0 != UInt8(ascii: "=") }
            return Item(
                key: RequestQuery.decoded(key), value: String(decoding: part.dropFirst(key.count + 1), as: UTF8.self))
        }
    }

    /// The keys in order, each once.
    public var keys: [String] {
        var seen: Set<String> = []
        return items.compactMap { seen.insert($0.key).inserted ? $0.key : nil }
    }

    private static func decoded(_ key: Substring.UTF8View) -> String {
        guard key.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(decoding: key, as: UTF8.self)
        }
        let spaced = key.map { $0 == UInt8(ascii: "+") ? UInt8(ascii: " ") : $0 }
        return String(decoding: PercentCoding.decoded(spaced), as: UTF8.self)
    }
}
