/// Which parts of `input.request` decide. What nobody reads may differ between two requests with the same decision.
struct RequestUse: Sendable, Hashable {
    /// Fields of the request by their JSON names; nil when all may be read.
    private(set) var fields: Set<String>? = []
    /// Headers by name; nil when all may be read.
    private(set) var headers: Set<String>? = []

    /// What the base module reads.
    static let base = RequestUse(
        fields: ["scheme", "method", "host", "port", "path", "headers"],
        headers: ["cookie", "x-http-method-override", "x-http-method", "x-method-override"])

    /// Takes in one reference of a module. Whatever can't be told from the syntax counts as reading everything.
    mutating func note(_ reference: [RegoTree]) {
        guard reference.first?.variable == "input" else { return }
        let parts = reference.dropFirst().map { $0["type"]?.text == "string" ? $0["value"]?.text : nil }
        guard let first = parts.first, let first else { return readAll() }
        guard first == "request" else { return }
        guard parts.count > 1, let field = parts[1] else { return readAll() }
        fields?.insert(field)
        guard field == "headers" else { return }
        if parts.count > 2, let header = parts[2] { headers?.insert(header) } else { headers = nil }
    }

    /// What either reads.
    func union(_ other: RequestUse) -> RequestUse {
        RequestUse(
            fields: fields.flatMap { mine in other.fields.map(mine.union) },
            headers: headers.flatMap { mine in other.headers.map(mine.union) })
    }

    private mutating func readAll() {
        fields = nil
        headers = nil
    }
}
