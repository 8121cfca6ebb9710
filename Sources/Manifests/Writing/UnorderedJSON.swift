/// JSON as a decoder hands it out: the order of fields is lost and comes back from the schema.
indirect enum UnorderedJSON: Decodable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case list([UnorderedJSON])
    case object([String: UnorderedJSON])

    init(from decoder: any Decoder) throws {
        if let fields = try? decoder.container(keyedBy: AnyKey.self) {
            var object: [String: UnorderedJSON] = [:]
            for key in fields.allKeys { object[key.stringValue] = try fields.decode(UnorderedJSON.self, forKey: key) }
            self = .object(object)
        } else if var items = try? decoder.unkeyedContainer() {
            var list: [UnorderedJSON] = []
            while !items.isAtEnd { list.append(try items.decode(UnorderedJSON.self)) }
            self = .list(list)
        } else {
            self = try Self.scalar(decoder.singleValueContainer())
        }
    }

    private static func scalar(_ container: any SingleValueDecodingContainer) throws -> UnorderedJSON {
        if let text = try? container.decode(String.self) { return .text(text) }
        if let flag = try? container.decode(Bool.self) { return .boolean(flag) }
        return .integer(try container.decode(Int.self))
    }

    /// Fields that the schema doesn't name come last, by name.
    func ordered(by type: FieldType) -> JSONValue {
        switch (self, type) {
        case (.text(let text), _): .text(text)
        case (.integer(let number), _): .integer(number)
        case (.boolean(let flag), _): .boolean(flag)
        case (.list(let items), .list(let element, _)): .list(items.map { $0.ordered(by: element) })
        case (.list(let items), _): .list(items.map { $0.ordered(by: .text()) })
        case (.object(let fields), .object(let schema)): .object(Self.ordered(fields, by: schema))
        case (.object(let fields), _): .object(Self.ordered(fields, by: ObjectSchema()))
        }
    }

    private static func ordered(_ fields: [String: UnorderedJSON], by schema: ObjectSchema) -> [JSONValue.Field] {
        let known = schema.fields.compactMap { field in
            fields[field.name].map { JSONValue.Field(name: field.name, value: $0.ordered(by: field.type)) }
        }
        let rest = fields.filter { schema.field($0.key) == nil }.sorted { $0.key < $1.key }
        return known + rest.map { JSONValue.Field(name: $0.key, value: $0.value.ordered(by: .text())) }
    }
}

private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init?(stringValue: String) {
        self.stringValue = stringValue
    }

    init?(intValue: Int) {
        nil
    }
}
