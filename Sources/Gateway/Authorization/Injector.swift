import PalanaCore

/// Rewrites the headers that hold placeholders, and says what must be taken out of the answer again.
struct Injector: Sendable {
    /// Names and values of the secrets, read once for this request.
    let values: [String: Secret<String>]
    let agent: AgentSnapshot

    /// - Throws: `secret_unavailable` when a secret has no value here, which the caller should have seen to.
    func apply(_ injections: [CredentialScan.Injection], to admission: inout Admission) throws(Refusal)
        -> [InjectedValue]
    {
        var injected: [InjectedValue] = []
        for (header, fields) in Injector.grouped(injections) {
            guard fields.count == 1 else {
                throw RequestSanity.malformed(
                    "the header \(header) carries a placeholder more than once", "send it once")
            }
            let field = fields[0]
            switch field.position {
            case .basic: admission.set(header, to: try basic(field, &injected))
            default: admission.set(header, to: try replaced(field.value, field.secrets, &injected))
            }
        }
        return injected
    }

    private func basic(
        _ field: CredentialScan.Injection, _ injected: inout [InjectedValue]
    ) throws(Refusal) -> String {
        guard var credentials = BasicCredentials(headerValue: field.value) else {
            throw RequestSanity.malformed(
                "the Basic credentials can't be read", "encode user:password as base64 in UTF-8")
        }
        let sent = credentials.text
        credentials.text = try replaced(sent, field.secrets, &injected)
        injected.append(InjectedValue(value: Secret(credentials.text), replacement: sent))
        return credentials.headerValue
    }

    private func replaced(
        _ text: String, _ secrets: [String], _ injected: inout [InjectedValue]
    ) throws(Refusal) -> String {
        var bytes = Array(text.utf8)
        for name in secrets {
            guard let value = values[name],
                let placeholder = agent.secrets.first(where: { $0.name == name })?.placeholder
            else { throw Refusal(.secretUnavailable, "secret \(name) has no value") }
            bytes = ByteSearch.replacing(Array(placeholder.utf8), with: Array(value.exposed.utf8), in: bytes)
            injected.append(InjectedValue(value: value, replacement: placeholder))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func grouped(
        _ injections: [CredentialScan.Injection]
    ) -> [(String, [CredentialScan.Injection])] {
        var order: [String] = []
        var groups: [String: [CredentialScan.Injection]] = [:]
        for injection in injections {
            if groups[injection.header] == nil { order.append(injection.header) }
            groups[injection.header, default: []].append(injection)
        }
        return order.map { ($0, groups[$0] ?? []) }
    }
}
