/// One field of an object.
struct FieldSchema: Sendable {
    var name: String
    var type: FieldType
    var isRequired: Bool
    /// What the API server writes where the field is left out. Only for fields that no template can give.
    var defaultValue: JSONValue?
    /// One or two sentences for `kubectl explain`.
    var description: String

    init(
        _ name: String, _ type: FieldType, required: Bool = false, default: JSONValue? = nil, _ description: String
    ) {
        self.name = name
        self.type = type
        isRequired = required
        defaultValue = `default`
        self.description = description
    }
}

/// The fields of an object in the order in which they are written.
struct ObjectSchema: Sendable {
    var fields: [FieldSchema]
    var rules: [ServerRule] = []

    init(_ fields: FieldSchema..., rules: [ServerRule] = []) {
        self.fields = fields
        self.rules = rules
    }

    func field(_ name: String) -> FieldSchema? {
        fields.first { $0.name == name }
    }
}
