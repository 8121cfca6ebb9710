/// What one `EgressPolicy` says, apart from how it is written down: whom it selects, its rules and its Rego.
public struct PolicyRules: Codable, Hashable, Sendable {
    /// The policy's name; people meet it as `EgressPolicy/NAME` in decisions.
    public var name: String
    public var selector: PolicySelector
    public var allow: [EgressRule]
    public var deny: [EgressRule]
    /// A Rego module; its `package` line may be left out, the platform chooses the package.
    public var rego: String?
    /// Whether an administrator let the module's `allow` widen. Without it a module can only narrow.
    public var grants: Bool

    public init(
        name: String, selector: PolicySelector = PolicySelector(), allow: [EgressRule] = [], deny: [EgressRule] = [],
        rego: String? = nil, grants: Bool = false
    ) {
        self.name = name
        self.selector = selector
        self.allow = allow
        self.deny = deny
        self.rego = rego
        self.grants = grants
    }
}

extension PolicyRules {
    /// What an `EgressPolicy` object says.
    public init(_ policy: EgressPolicy) {
        let selector = policy.spec.agentSelector
        self.init(
            name: policy.metadata.name,
            selector: PolicySelector(owners: selector?.owners, labels: selector?.labels ?? [:]),
            allow: policy.spec.allow ?? [], deny: policy.spec.deny ?? [], rego: policy.spec.rego,
            grants: policy.spec.grants ?? false)
    }
}

/// Whom a policy is for: agents of one of the owners (of any, without) that hold all the labels.
public struct PolicySelector: Codable, Hashable, Sendable {
    /// Raw owners. Nil selects every owner, an empty list none.
    public var owners: [String]?
    public var labels: [String: String]

    public init(owners: [String]? = nil, labels: [String: String] = [:]) {
        self.owners = owners
        self.labels = labels
    }

    /// Whether an agent of this owner with these labels is selected. Compared byte by byte, as OPA does: another
    /// spelling of the same Unicode text is another owner.
    public func selects(owner: String, labels held: [String: String]) -> Bool {
        let owned = owners.map { $0.contains { $0.utf8.elementsEqual(owner.utf8) } } ?? true
        return owned
            && labels.allSatisfy { label in
                held.contains {
                    $0.key.utf8.elementsEqual(label.key.utf8) && $0.value.utf8.elementsEqual(label.value.utf8)
                }
            }
    }
}
