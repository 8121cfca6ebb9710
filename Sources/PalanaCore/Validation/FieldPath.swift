/// Where in an object a value stands, as people write it: `spec.egress.allow[2].host`.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) {
        self.description = description
    }

    public func field(_ name: String) -> FieldPath {
        FieldPath("\(description).\(ShownText.pathName(name))")
    }

    public subscript(index: Int) -> FieldPath {
        FieldPath("\(description)[\(index)]")
    }
}
