/// Which other agents one may meet.
extension ValidationReport {
    mutating func check(ingress: Ingress?, at path: FieldPath, _ support: FeatureSupport) {
        guard let ingress else { return }
        guard support.features.contains(.peers) else {
            check(.ingress, at: path, support)
            return
        }
        if let port = ingress.port {
            check(.ingress, at: path.field("port"), support)
            check(port: port, at: path.field("port"))
        }
        check(peers: ingress.peers, at: path.field("peers"), support)
    }

    mutating func check(peers: [Peer]?, at path: FieldPath, _ support: FeatureSupport) {
        guard let peers else { return }
        check(.peers, at: path, support)
        guard support.features.contains(.peers) else { return }
        checkCount(peers, limit: ValidationLimits.listItems, at: path)
        for (index, peer) in peers.enumerated() {
            let place = path[index]
            check(reference: peer.agent, at: place.field("agent"))
            if let port = peer.port {
                check(port: port, at: place.field("port"))
            } else {
                errors.append(.init(place.field("port"), "missing; name the TCP port that the peers meet on"))
            }
            if peers[..<index].contains(peer) {
                errors.append(.init(place, text: peer.agent, "given twice; keep one of them"))
            }
        }
    }

    /// `owner/name`.
    mutating func check(reference text: String, at path: FieldPath) {
        guard let reference = AgentReference(text) else {
            errors.append(.init(path, text: text, "must be the owner and the agent's name, as alice@example.com/demo"))
            return
        }
        check(owner: reference.owner, at: path)
        check(reference.name, at: path) { NameRules.label($0, limit: AgentNames.maximumAgentNameLength) }
    }
}
