import PalanaCore

/// What an agent may know about itself (`GET /v1/whoami`).
struct AgentDescription: Encodable {
    struct Secret: Encodable {
        let name: String
        let mode: SecretMode
        let hosts: [String]?
        /// Where the placeholder may stand.
        let positions: [SecretPosition]?
        let placeholder: String?

        enum CodingKeys: String, CodingKey {
            case name, mode, hosts, placeholder
            case positions = "in"
        }
    }

    let agent: AgentID
    let name: String
    let owner: String
    let egressDefault: AgentSnapshot.EgressDefault
    let allow: [EgressRule]
    let secrets: [Secret]

    enum CodingKeys: String, CodingKey {
        case agent, name, owner, allow, secrets
        case egressDefault = "egress_default"
    }

    init(_ snapshot: AgentSnapshot) {
        agent = snapshot.id
        name = snapshot.name
        owner = snapshot.owner
        egressDefault = snapshot.egressDefault
        allow = snapshot.allow
        secrets = snapshot.secrets.map { binding in
            let isProxy = binding.mode == .proxy
            return Secret(
                name: binding.name, mode: binding.mode, hosts: isProxy ? binding.hosts : nil,
                positions: isProxy ? binding.positions.sorted { $0.rawValue < $1.rawValue } : nil,
                placeholder: binding.placeholder)
        }
    }
}
