/// What is needed to judge the credentials in one agent's requests.
public struct CredentialSearch: Sendable {
    /// The parts of a request that are searched.
    public struct Subject: Sendable {
        public let method: String
        public let host: HostName
        /// As sent: with `?query`.
        public let target: String
        public let query: RequestQuery
        public let headers: [HeaderField]

        public init(method: String, host: HostName, target: String, query: RequestQuery, headers: [HeaderField]) {
            self.method = method
            self.host = host
            self.target = target
            self.query = query
            self.headers = headers
        }
    }

    public let agent: AgentID
    let bindings: [SecretBinding]
    let scanner: PlaceholderScanner
    private let holder: @Sendable (String) -> (agent: AgentID, secret: String)?

    /// - Parameter holder: whose placeholder a text is, whoever's it is.
    public init(
        agent: AgentSnapshot, scanner: PlaceholderScanner,
        holder: @escaping @Sendable (String) -> (agent: AgentID, secret: String)?
    ) {
        self.agent = agent.id
        bindings = agent.secrets
        self.scanner = scanner
        self.holder = holder
    }

    /// Headers that steer the connection or name the host: never with a secret in them.
    private static let framingHeaders: Set<String> = [
        "host", "connection", "proxy-connection", "keep-alive", "te", "trailer", "transfer-encoding", "content-length",
        "content-encoding", "content-type", "upgrade", "expect", "forwarded", "via", "origin", "referer",
        "accept-encoding", "range",
        "proxy-authorization", "max-forwards",
    ]

    /// Method, authority and header names: never.
    func checkNames(of request: Subject) throws(Refusal) {
        if let secret = scanner.secretIgnoringCase(in: request.host.value) {
            throw misplaced(secret, "in the host name", "send it in a header")
        }
        if let secret = scanner.secretIgnoringCase(in: request.method) {
            throw misplaced(secret, "in the method", "send it in a header")
        }
        for field in request.headers {
            if let secret = scanner.secretIgnoringCase(in: field.name) {
                throw misplaced(secret, "in a header's name", "send it in a header's value")
            }
        }
    }

    /// Path and query.
    func checkTarget(of request: Subject) throws(Refusal) {
        let mark = request.target.utf8.firstIndex(of: UInt8(ascii: "?")) ?? request.target.endIndex
        try check(String(request.target[..<mark]), isPlace: "path")
        try check(String(request.target[mark...]), isPlace: "query")
    }

    private func check(_ text: String, isPlace place: String) throws(Refusal) {
        let findings = scanner.scan(text)
        if let secret = findings.plain.first ?? findings.encoded.first {
            throw misplaced(
                secret, "in the \(place)", "send it in a header; secrets in the \(place) are not supported yet")
        }
        try checkOwners(of: findings.words, in: "the \(place)")
    }

    /// - Throws: `foreign_placeholder` when a word is another agent's placeholder.
    func checkOwners(of words: [String], in place: String) throws(Refusal) {
        for word in words {
            guard let found = holder(word) else { continue }
            guard found.agent == agent else {
                var refusal = Refusal(
                    .foreignPlaceholder, "\(place) holds a placeholder of another agent",
                    hint: "use the placeholder that this agent was given")
                refusal.touched = TouchedSecret(holder: found.agent, name: found.secret)
                throw refusal
            }
            throw misplaced(found.secret, "in \(place)", "start the agent again: the placeholder is no longer in force")
        }
    }

    /// The binding of a secret whose placeholder stands in a header.
    func binding(
        _ secret: String, in header: String, position: SecretPosition, host: HostName
    ) throws(Refusal) -> SecretBinding {
        guard let binding = bindings.first(where: { $0.name == secret }), binding.mode == .proxy else {
            throw misplaced(secret, "in the header \(header)", "remove it")
        }
        guard !CredentialSearch.framingHeaders.contains(header) else {
            throw misplaced(secret, "in the header \(header)", "send it in the header that the service documents")
        }
        guard binding.positions.contains(position) else {
            throw misplaced(
                secret, position == .basic ? "in Basic credentials" : "in the header \(header)",
                "add \(position.rawValue) to the secret's in: list")
        }
        guard binding.hosts.contains(where: { HostPattern.matches($0, host) }) else {
            throw misplaced(
                secret, "in a request to \(host)",
                "send it to \(binding.hosts.joined(separator: ", ")) or add the host to the secret's hosts: list")
        }
        return binding
    }

    func misplaced(_ secret: String, _ place: String, _ hint: String) -> Refusal {
        .misplaced(secret, "may not stand \(place)", hint: hint)
    }
}
