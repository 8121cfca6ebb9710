/// What a field may hold. The schemas are the one description of the manifests' shape: reading is checked against them,
/// writing takes its field order from them.
indirect enum FieldType: Sendable {
    case text
    /// Text that may be written as a number too, as in Kubernetes: `cpu: 1`.
    case quantity
    case integer
    case boolean
    /// RFC 3339.
    case time
    /// One of these words.
    case word([String])
    case list(FieldType)
    /// Names of the person's choice to text.
    case textMap
    case object(ObjectSchema)

    /// How messages call it.
    var noun: String {
        switch self {
        case .text: "text"
        case .quantity: "a quantity like 500m or 2Gi"
        case .integer: "a whole number"
        case .boolean: "true or false"
        case .time: "a time like 2026-01-01T00:00:00Z"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .list: "a list"
        case .textMap, .object: "a mapping of fields"
        }
    }
}

/// One field of an object.
struct FieldSchema: Sendable {
    var name: String
    var type: FieldType
    var isRequired: Bool

    init(_ name: String, _ type: FieldType, required: Bool = false) {
        self.name = name
        self.type = type
        isRequired = required
    }
}

/// The fields of an object in the order in which they are written.
struct ObjectSchema: Sendable {
    var fields: [FieldSchema]

    init(_ fields: FieldSchema...) {
        self.fields = fields
    }

    func field(_ name: String) -> FieldSchema? {
        fields.first { $0.name == name }
    }
}
