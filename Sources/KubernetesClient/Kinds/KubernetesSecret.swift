public import Foundation
public import PalanaCore

/// The kind `Secret`; named so that it isn't taken for `PalanaCore.Secret`.
public struct KubernetesSecret: KubernetesObject {
    public static let type = ObjectType("Secret", plural: "secrets")
    public var metadata: ObjectMeta
    /// `Opaque`, `kubernetes.io/tls`, …
    public var type: String?
    public var data: SecretData?
    public var immutable: Bool?

    public init(metadata: ObjectMeta, type: String? = nil, data: SecretData? = nil, immutable: Bool? = nil) {
        self.metadata = metadata
        self.type = type
        self.data = data
        self.immutable = immutable
    }
}

/// The values of a `Secret` object. Describes itself by its field names only.
public struct SecretData: Codable, Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The values themselves. Whoever reads this property answers for where they go.
    public let exposed: [String: Data]

    public init(_ values: [String: Data]) {
        exposed = values
    }

    public init(from decoder: any Decoder) throws {
        exposed = try decoder.singleValueContainer().decode([String: Data].self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(exposed)
    }

    public var description: String { "[redacted: \(exposed.keys.sorted().joined(separator: ", "))]" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
