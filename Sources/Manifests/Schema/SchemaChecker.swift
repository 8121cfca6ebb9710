internal import PalanaCore

/// Compares a document with its schema: collects every problem and answers the JSON that the kinds are decoded from.
struct SchemaChecker {
    var source: String
    private(set) var problems: [ManifestProblem] = []

    init(source: String) {
        self.source = source
    }

    /// Nil when the node doesn't fit; the problems say why.
    mutating func value(_ node: ManifestNode, _ type: FieldType, at path: String) -> JSONValue? {
        switch type {
        case .text: text(node, at: path)
        case .quantity: quantity(node, at: path)
        case .integer: integer(node, at: path)
        case .boolean: boolean(node, at: path)
        case .time: time(node, at: path)
        case .word(let words): word(node, words, at: path)
        case .list(let element, _): list(node, element, at: path)
        case .textMap: textMap(node, at: path)
        case .object(let schema): object(node, schema, at: path)
        }
    }

    mutating func report(_ node: ManifestNode, _ path: String, _ problem: String) {
        problems.append(ManifestProblem(source: source, line: node.line, path: path, problem: problem))
    }

    mutating func wrongType(_ node: ManifestNode, _ type: FieldType, at path: String) {
        report(node, path, "must be \(type.noun), not \(node.noun)")
    }

    private mutating func list(_ node: ManifestNode, _ element: FieldType, at path: String) -> JSONValue? {
        guard case .list(let items) = node.content else {
            wrongType(node, .list(element), at: path)
            return nil
        }
        var values: [JSONValue] = []
        for (index, item) in items.enumerated() {
            if let value = value(item, element, at: "\(path)[\(index)]") { values.append(value) }
        }
        return .list(values)
    }

    private mutating func textMap(_ node: ManifestNode, at path: String) -> JSONValue? {
        var fields: [JSONValue.Field] = []
        for (name, item) in entries(of: node, at: path) ?? [] {
            let place = "\(path).\(ShownText.pathName(name))"
            if case .text(let text)? = text(item, at: place) {
                fields.append(JSONValue.Field(name: name, value: .text(text)))
            }
        }
        return .object(fields)
    }

    private mutating func object(_ node: ManifestNode, _ schema: ObjectSchema, at path: String) -> JSONValue? {
        guard let entries = entries(of: node, at: path) else { return nil }
        var fields: [JSONValue.Field] = []
        for (name, item) in entries {
            let place = path.isEmpty ? ShownText.pathName(name) : "\(path).\(ShownText.pathName(name))"
            guard let field = schema.field(name) else {
                reportUnknown(item, name, schema, at: place)
                continue
            }
            if item.isNull { continue }
            if let value = value(item, field.type, at: place) {
                fields.append(JSONValue.Field(name: name, value: value))
            }
        }
        let given = Dictionary(entries) { first, _ in first }
        for field in schema.fields where field.isRequired && given[field.name]?.isNull ?? true {
            report(node, path.isEmpty ? field.name : "\(path).\(field.name)", "missing; give \(field.type.noun)")
        }
        return .object(fields)
    }

    private mutating func reportUnknown(
        _ node: ManifestNode, _ name: String, _ schema: ObjectSchema, at path: String
    ) {
        let known = schema.fields.map(\.name)
        if let near = NearestName.of(name, among: known) {
            report(node, path, "unknown field; did you mean `\(near)`?")
        } else {
            report(node, path, "unknown field; there are \(known.joined(separator: ", "))")
        }
    }

    /// Name and value of each field; nil and a problem when the node is no mapping.
    private mutating func entries(of node: ManifestNode, at path: String) -> [(String, ManifestNode)]? {
        guard case .mapping(let pairs) = node.content else {
            wrongType(node, .textMap(), at: path)
            return nil
        }
        var entries: [(String, ManifestNode)] = []
        var seen: Set<String> = []
        for (key, value) in pairs {
            guard case .scalar(let name, _) = key.content else {
                report(key, path, "a field's name must be text, not \(key.noun)")
                continue
            }
            guard name != "<<" else {
                report(key, path, "merge keys (`<<`) are not supported; write the fields out")
                continue
            }
            guard seen.insert(name).inserted else {
                report(key, path, "\(ShownText.quoted(name)): given twice; keep one of them")
                continue
            }
            entries.append((name, value))
        }
        return entries
    }
}
