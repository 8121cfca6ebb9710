public import PalanaCore

extension ResourceKind {
    /// The kind that a person asks for by any of its spellings.
    /// - Throws: `not_found`, with the kinds that there are.
    public init(asked spelling: String) throws(APIError) {
        guard let kind = ResourceKind(spelling: spelling) else {
            let known = ResourceKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw APIError(.notFound, "there is no kind \(ShownText.quoted(spelling)); the kinds are \(known)")
        }
        self = kind
    }
}
