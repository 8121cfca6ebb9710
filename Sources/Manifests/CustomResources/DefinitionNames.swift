internal import PalanaCore

/// What the API server and `kubectl` call a kind.
struct DefinitionNames {
    let kind: ResourceKind

    init(_ kind: ResourceKind) {
        self.kind = kind
    }

    var plural: String { kind.plural }

    /// Typed often, so short; none that a well-known product has.
    private var shortNames: [String] {
        switch kind {
        case .agent: ["ag"]
        case .agentTemplate: ["agt"]
        case .egressPolicy: ["egp"]
        case .killSwitch: ["kill"]
        case .tenant: ["ten"]
        }
    }

    var description: String {
        switch kind {
        case .agent:
            "An autonomous program that is run without being trusted: what it is, where it may go, which secrets it may use."
        case .agentTemplate: "Defaults that agents build on. Secrets are declared without values."
        case .egressPolicy: "An administrator's rules over many agents. Deny beats every allow, whoever wrote it."
        case .killSwitch:
            "Stops agents at once, and keeps them stopped until it is deleted. In a tenant namespace it is for that tenant's "
                + "agents only, in the platform's namespace for any."
        case .tenant: "Whose agents may run, a user's or a group's, and how many. Made by an administrator."
        }
    }

    var value: JSONValue {
        .fields(
            ("kind", .text(kind.rawValue)), ("listKind", .text("\(kind.rawValue)List")), ("plural", .text(plural)),
            ("singular", .text(kind.rawValue.lowercased())), ("shortNames", .list(shortNames.map(JSONValue.text))),
            ("categories", .list([.text("palana")])))
    }
}
