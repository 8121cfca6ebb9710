/// What every part calls one agent: `agent-{slug(owner)}-{name}-{hash}`, a pure function of the raw owner and the name
/// (see `AgentNames`). At most 63 characters of `a-z0-9-`, so it is a Kubernetes namespace, an Envoy listener and a
/// file name alike.
public struct AgentID: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public var description: String { rawValue }
}
