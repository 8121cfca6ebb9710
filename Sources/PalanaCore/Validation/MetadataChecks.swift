/// What every object's metadata may hold.
extension ValidationReport {
    mutating func check(metadata: ObjectMeta, nameLimit: Int, _ support: FeatureSupport) {
        let path = FieldPath("metadata")
        check(metadata.name, at: path.field("name")) { NameRules.label($0, limit: nameLimit) }
        if let namespace = metadata.namespace {
            check(.namespace, at: path.field("namespace"), text: namespace, support)
            check(namespace, at: path.field("namespace")) { NameRules.label($0) }
        }
        check(labels: metadata.labels, at: path.field("labels"))
        check(annotations: metadata.annotations, at: path.field("annotations"))
    }

    mutating func check(labels: [String: String]?, at path: FieldPath) {
        checkCount(labels?.map(\.key), limit: ValidationLimits.labels, at: path)
        for (key, value) in (labels ?? [:]).sorted(by: { $0.key < $1.key }) {
            check(key, at: path, NameRules.labelKey)
            check(value, at: path.field(key), NameRules.labelValue)
        }
    }

    private mutating func check(annotations: [String: String]?, at path: FieldPath) {
        checkCount(annotations?.map(\.key), limit: ValidationLimits.labels, at: path)
        for (key, value) in (annotations ?? [:]).sorted(by: { $0.key < $1.key }) {
            check(key, at: path, NameRules.labelKey)
            check(freeText: value, at: path.field(key))
        }
    }

    mutating func check(owner: String, at path: FieldPath) {
        let isPrintable = owner.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.value >= 0x20 && $0.value != 0x7F
        }
        if owner.isEmpty || !isPrintable {
            errors.append(.init(path, text: owner, "must be a user's name without spaces or control characters"))
        }
        if owner.utf8.count > ValidationLimits.owner {
            errors.append(.init(path, "\(owner.utf8.count) bytes; at most \(ValidationLimits.owner) fit"))
        }
    }
}
