internal import PalanaCore

/// Our schemas as structural OpenAPI v3 schemas, with Kubernetes' extensions.
enum OpenAPISchema {
    static func value(of field: FieldSchema) -> JSONValue {
        .fields(
            [("description", .text(field.description))] + pairs(field.type) + [("default", field.defaultValue)])
    }

    static func value(of type: FieldType) -> JSONValue { .fields(pairs(type)) }

    private typealias Pairs = [(String, JSONValue?)]

    private static func pairs(_ type: FieldType) -> Pairs {
        switch type {
        case .text(let rule): text(rule)
        case .quantity:
            [
                ("anyOf", .list([.fields(("type", .text("integer"))), .fields(("type", .text("string")))])),
                ("pattern", .text("^[0-9]+([.][0-9]+)?([kKMGT]|[KMGT]i|m)?$")),
                ("x-kubernetes-int-or-string", .boolean(true)),
            ]
        case .integer(let range):
            [
                ("type", .text("integer")), ("minimum", range.map { .integer($0.lowerBound) }),
                ("maximum", range.map { .integer($0.upperBound) }),
            ]
        case .boolean: [("type", .text("boolean"))]
        case .time: [("type", .text("string")), ("format", .text("date-time"))]
        case .word(let words): [("type", .text("string")), ("enum", .list(words.map(JSONValue.text)))]
        case .list(let element, let rule): list(element, rule)
        case .textMap(let entries):
            [
                ("type", .text("object")), ("additionalProperties", .fields(("type", .text("string")))),
                ("maxProperties", .integer(entries)),
            ]
        case .object(let schema): object(schema)
        }
    }

    private static func text(_ rule: TextRule) -> Pairs {
        [
            ("type", .text("string")), ("minLength", rule.minimum.map(JSONValue.integer)),
            ("maxLength", rule.maximum.map(JSONValue.integer)), ("pattern", rule.pattern.map(JSONValue.text)),
            validations(rule.rules),
        ]
    }

    private static func list(_ element: FieldType, _ rule: ListRule) -> Pairs {
        [
            ("type", .text("array")), ("minItems", rule.minimum.map(JSONValue.integer)),
            ("maxItems", rule.maximum.map(JSONValue.integer)), ("items", value(of: element)),
            ("x-kubernetes-list-type", .text(rule.key == nil ? "atomic" : "map")),
            ("x-kubernetes-list-map-keys", rule.key.map { .list([.text($0)]) }),
        ]
    }

    private static func object(_ schema: ObjectSchema) -> Pairs {
        let required = schema.fields.filter(\.isRequired).map { JSONValue.text($0.name) }
        return [
            ("type", .text("object")), ("required", required.isEmpty ? nil : .list(required)),
            ("properties", .fields(schema.fields.map { ($0.name, value(of: $0)) })), validations(schema.rules),
        ]
    }

    private static func validations(_ rules: [ServerRule]) -> (String, JSONValue?) {
        let values = rules.map { JSONValue.fields(("rule", .text($0.expression)), ("message", .text($0.message))) }
        return ("x-kubernetes-validations", values.isEmpty ? nil : .list(values))
    }
}

extension JSONValue {
    /// An object of those fields that have a value.
    static func fields(_ fields: (String, JSONValue?)...) -> JSONValue { .fields(fields) }

    static func fields(_ fields: [(String, JSONValue?)]) -> JSONValue {
        .object(fields.compactMap { name, value in value.map { Field(name: name, value: $0) } })
    }
}
