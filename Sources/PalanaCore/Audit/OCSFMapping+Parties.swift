extension OCSFMapping {
    /// Who did what to whom: actor, endpoints, request and answer, as each class has them.
    func setParties(of event: AuditEvent, as kind: OCSFClass, in members: inout CanonicalMembers) {
        members.set("actor", actor(of: event))
        switch kind {
        case .networkActivity:
            setEndpoints(of: event, in: &members)
            members.set("traffic", traffic(of: event))
        case .httpActivity:
            setEndpoints(of: event, in: &members)
            members.set("traffic", traffic(of: event))
            members.set("http_request", request(of: event))
            members.set("http_response", response(of: event))
        case .applicationLifecycle:
            members.set("app", app(of: event))
        case .apiActivity:
            members.set("api", call(of: event))
            members.set("resources", resources(of: event))
            members.set("src_endpoint", source(of: event))
        }
    }

    /// The person where one acted, with the agent as the application that acted.
    private func actor(of event: AuditEvent) -> CanonicalMembers {
        var user = CanonicalMembers()
        user.set("name", text(event.actor ?? (event.isEgress ? event.owner : nil), 256))
        var members = CanonicalMembers()
        members.set("user", user)
        guard event.isEgress else { return members }
        members.set("app_name", text(event.agentName, 128))
        members.set("app_uid", text(event.agent?.rawValue, 128))
        return members
    }

    private func setEndpoints(of event: AuditEvent, in members: inout CanonicalMembers) {
        members.set("src_endpoint", source(of: event))
        var destination = CanonicalMembers()
        destination.set("hostname", host(of: event))
        destination.set("port", event.port)
        destination.set("ip", text(event.upstreamAddress, 64))
        members.set("dst_endpoint", destination)
    }

    private func source(of event: AuditEvent) -> CanonicalMembers {
        var members = CanonicalMembers()
        members.set("ip", text(event.source, 64))
        members.set("name", text(event.agentName, 128) ?? "palana")
        members.set("uid", text(event.agent?.rawValue, 128))
        return members
    }

    private func traffic(of event: AuditEvent) -> CanonicalMembers {
        var members = CanonicalMembers()
        members.set("bytes_in", event.bytesReceived)
        members.set("bytes_out", event.bytesSent)
        return members
    }

    private func request(of event: AuditEvent) -> CanonicalMembers {
        var url = CanonicalMembers()
        url.set("hostname", host(of: event))
        url.set("path", text(event.path.map { AuditText.before("?#", in: $0) }, 2048))
        url.set("port", event.port)
        url.set("scheme", text(event.scheme, 16))
        var members = CanonicalMembers()
        members.set("http_method", text(event.method, 64))
        members.set("uid", text(event.decisionID?.rawValue, 64))
        members.set("url", url)
        members.set("version", text(event.protocolVersion, 16))
        return members
    }

    private func response(of event: AuditEvent) -> CanonicalMembers {
        var members = CanonicalMembers()
        members.set("code", event.status)
        return members
    }

    private func app(of event: AuditEvent) -> CanonicalMembers {
        var members = CanonicalMembers()
        members.set("name", text(event.agentName ?? event.resource, 128) ?? "palana")
        members.set("uid", text(event.agent?.rawValue, 128))
        members.set("vendor_name", "Palana")
        return members
    }

    private func call(of event: AuditEvent) -> CanonicalMembers {
        var members = CanonicalMembers()
        members.set("operation", text("\(event.kind.rawValue).\(event.action)", 96))
        return members
    }

    private func resources(of event: AuditEvent) -> CanonicalJSON {
        let secrets = (event.secrets ?? []).prefix(Self.mostItems).map { resource($0, type: "secret") }
        let other = event.resource.map { [resource($0, type: event.kind.rawValue)] } ?? []
        return .array(secrets + other)
    }

    private func resource(_ name: String, type: String) -> CanonicalJSON {
        var members = CanonicalMembers()
        members.set("name", text(name, 256))
        members.set("type", type)
        return .object(members)
    }

    func host(of event: AuditEvent) -> String? {
        text(event.host.map(AuditText.withoutUserInfo), 255)
    }

    /// What OCSF has no place for, and the words people search by in one place whatever the class.
    func palana(of event: AuditEvent) -> CanonicalMembers {
        var members = CanonicalMembers()
        members.set("action", text(event.action, 64))
        members.set("actor", text(event.actor, 256))
        members.set("agent", text(event.agent?.rawValue, 128))
        members.set("agent_name", text(event.agentName, 128))
        members.set("connect_authority", text(event.connectAuthority.map(AuditText.withoutUserInfo), 262))
        members.set("destination_class", text(event.destinationClass, 32))
        members.set("detail", text(event.detail, 1024))
        members.set("duration_us", event.duration.map { Int(exactly: ($0 * 1000).rounded()) ?? 0 })
        members.set("header_names", texts(event.headerNames, 64, cutAt: ": ="))
        members.set("kind", event.kind.rawValue)
        members.set("left_out", leftOut(of: event))
        members.set("outcome", event.outcome.rawValue)
        members.set("owner", text(event.owner, 256))
        members.set("query_keys", texts(event.queryKeys, 64, cutAt: "="))
        members.set("resource", text(event.resource, 256))
        members.set("secrets", texts(event.secrets, 128))
        members.set("sni", text(event.sni, 255))
        members.set("upgrade", text(event.upgrade, 32))
        return members
    }

    private func leftOut(of event: AuditEvent) -> Int? {
        let most = Self.mostItems
        let lists = [event.headerNames, event.queryKeys, event.secrets]
        let sum = lists.reduce(0) { $0 + max(0, ($1?.count ?? 0) - most) }
        return sum > 0 ? sum : nil
    }
}
