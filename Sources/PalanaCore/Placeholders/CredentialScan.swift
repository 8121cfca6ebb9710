/// Which credentials a request carries: the agent's own placeholders where they may stand, foreign ones, and the
/// headers as the policy may see them.
public struct CredentialScan: Sendable, Hashable {
    /// A header whose value is rewritten once the policy has agreed.
    public struct Injection: Sendable, Hashable {
        public let header: String
        public let value: String
        /// `.header` or `.basic`.
        public let position: SecretPosition
        public let secrets: [String]
    }

    public private(set) var injections: [Injection] = []
    public private(set) var placeholders: [PolicyInput.Placeholder] = []
    /// Names of headers, `query:KEY`.
    public private(set) var foreign: [String] = []
    /// Lower-case names; values that carry credentials masked; fields of the same name joined.
    public private(set) var maskedHeaders: [String: String] = [:]

    private let search: CredentialSearch

    /// - Throws: a refusal when a placeholder stands where it mustn't.
    public init(_ request: CredentialSearch.Subject, with search: CredentialSearch) throws(Refusal) {
        self.search = search
        try search.checkNames(of: request)
        try search.checkTarget(of: request)
        for item in request.query.items where KnownCredentials.isQueryKey(item.key) && !item.value.isEmpty {
            foreign.append("query:\(item.key.lowercased())")
        }
        for field in request.headers where !field.name.hasPrefix(":") {
            let shown = try take(field, host: request.host)
            maskedHeaders[field.name] = maskedHeaders[field.name].map { "\($0), \(shown)" } ?? shown
        }
    }

    /// Notes what the field carries and returns its value as the policy may see it.
    private mutating func take(_ field: HeaderField, host: HostName) throws(Refusal) -> String {
        let findings = search.scanner.scan(field.value)
        if !findings.plain.isEmpty {
            try note(field, secrets: findings.plain, position: .header, host: host)
            if isForeign(field, rest: search.scanner.removed(from: field.value)) { return "[foreign]" }
            return search.scanner.masked(field.value)
        }
        if field.name == "authorization", let basic = BasicCredentials(headerValue: field.value) {
            return try takeBasic(field, basic, host: host)
        }
        guard findings.encoded.isEmpty else {
            throw search.misplaced(findings.encoded[0], "encoded in the header \(field.name)", "send it as it is")
        }
        try search.checkOwners(of: findings.words, in: "the header \(field.name)")
        return noteForeign(field) ? "[foreign]" : field.value
    }

    private mutating func takeBasic(
        _ field: HeaderField, _ basic: BasicCredentials, host: HostName
    ) throws(Refusal) -> String {
        let findings = search.scanner.scan(basic.text)
        guard findings.encoded.isEmpty else {
            throw search.misplaced(findings.encoded[0], "encoded within Basic credentials", "send it as it is")
        }
        guard !findings.plain.isEmpty else {
            try search.checkOwners(of: findings.words, in: "Basic credentials")
            _ = noteForeign(field)
            return "[foreign]"
        }
        try note(field, secrets: findings.plain, position: .basic, host: host)
        if isForeign(field, rest: search.scanner.removed(from: basic.text)) { return "[foreign]" }
        return "Basic " + findings.plain.map { "[placeholder \($0)]" }.joined(separator: " ")
    }

    private mutating func note(
        _ field: HeaderField, secrets: [String], position: SecretPosition, host: HostName
    ) throws(Refusal) {
        for secret in secrets {
            let binding = try search.binding(secret, in: field.name, position: position, host: host)
            placeholders.append(.init(secret: secret, position: position, boundHosts: binding.hosts))
        }
        injections.append(
            Injection(header: field.name, value: field.value, position: position, secrets: secrets))
    }

    /// A credential of the agent's own beside the placeholder.
    private mutating func isForeign(_ field: HeaderField, rest: String) -> Bool {
        guard KnownCredentials.headers.contains(field.name), KnownCredentials.looksLikeKey(rest) else { return false }
        foreign.append(field.name)
        return true
    }

    /// Cookies are masked, but count as foreign only where a rule says so (the policy decides).
    private mutating func noteForeign(_ field: HeaderField) -> Bool {
        if field.name == "cookie" { return true }
        guard KnownCredentials.headers.contains(field.name), !field.value.isEmpty else { return false }
        foreign.append(field.name)
        return true
    }

    public static func == (left: CredentialScan, right: CredentialScan) -> Bool {
        left.injections == right.injections && left.placeholders == right.placeholders && left.foreign == right.foreign
            && left.maskedHeaders == right.maskedHeaders
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(injections)
        hasher.combine(foreign)
    }
}
