/// What an agent's secrets may say.
extension ValidationReport {
    mutating func check(secrets: [AgentSecret]?, at path: FieldPath, _ support: FeatureSupport) {
        checkCount(secrets, limit: ValidationLimits.secrets, at: path)
        var seen: Set<String> = []
        for (index, secret) in (secrets ?? []).enumerated() {
            let place = path[index]
            check(secret.name, at: place.field("name"), NameRules.environmentVariable)
            if !seen.insert(secret.name).inserted {
                errors.append(.init(place.field("name"), text: secret.name, "given twice; keep one of them"))
            }
            if secret.canary == true { check(.canary, at: place.field("canary"), support) }
            switch secret.mode ?? .proxy {
            case .proxy: check(proxySecret: secret, at: place, support)
            case .agent: check(agentSecret: secret, at: place)
            }
        }
    }

    private mutating func check(proxySecret secret: AgentSecret, at path: FieldPath, _ support: FeatureSupport) {
        let hosts = secret.hosts ?? []
        if hosts.isEmpty {
            errors.append(.init(path.field("hosts"), "missing; name the only hosts that \(secret.name) may be sent to"))
        }
        checkCount(hosts, limit: ValidationLimits.listItems, at: path.field("hosts"))
        for (index, host) in hosts.enumerated() { check(host: host, at: path.field("hosts")[index]) }
        check(positions: secret.positions, at: path.field("in"), support)
        if let pattern = secret.placeholder { check(placeholder: pattern, at: path.field("placeholder")) }
    }

    private mutating func check(agentSecret secret: AgentSecret, at path: FieldPath) {
        let isForbidden = "only for mode proxy; a secret of mode agent is read through palana.internal, leave it out"
        if secret.hosts != nil { errors.append(.init(path.field("hosts"), isForbidden)) }
        if secret.positions != nil { errors.append(.init(path.field("in"), isForbidden)) }
        if secret.placeholder != nil { errors.append(.init(path.field("placeholder"), isForbidden)) }
    }

    private mutating func check(positions: [SecretPosition]?, at path: FieldPath, _ support: FeatureSupport) {
        guard let positions else { return }
        if positions.isEmpty { errors.append(.init(path, "empty; leave it out for [header]")) }
        for (index, position) in positions.enumerated() {
            if positions[..<index].contains(position) {
                errors.append(.init(path[index], text: position.rawValue, "given twice; keep one of them"))
            }
            guard let feature = position.feature else { continue }
            check(feature, at: path[index], text: position.rawValue, support)
        }
    }

    private mutating func check(placeholder pattern: String, at path: FieldPath) {
        do throws(PlaceholderPatternError) {
            _ = try PlaceholderPattern(parsing: pattern)
        } catch {
            errors.append(ValidationError(path: path.description, problem: error.description))
        }
    }
}

extension SecretPosition {
    /// The feature that a platform must have for this position; nil when every one has it.
    fileprivate var feature: Feature? {
        switch self {
        case .header, .basic: nil
        case .query: .secretInQuery
        case .path: .secretInPath
        case .body: .secretInBody
        }
    }
}
