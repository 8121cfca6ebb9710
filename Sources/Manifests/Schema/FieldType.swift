internal import PalanaCore

/// What a field may hold. The schemas are the one description of the API's shape: manifests are read against them,
/// writing takes its field order from them, and the CustomResourceDefinitions are generated from them.
///
/// Limits and rules here are what an API server can check by itself. Reading a manifest leaves them to
/// `ResourceValidator`, whose sentences say more.
indirect enum FieldType: Sendable {
    case text(TextRule = TextRule())
    /// Text that may be written as a number too, as in Kubernetes: `cpu: 1`.
    case quantity
    case integer(ClosedRange<Int>? = nil)
    case boolean
    /// RFC 3339.
    case time
    /// One of these words.
    case word([String])
    case list(FieldType, ListRule = ListRule())
    /// Names of the person's choice to text.
    case textMap(entries: Int = ValidationLimits.labels)
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

/// How long a text may be and what it may look like.
struct TextRule: Sendable {
    var minimum: Int?
    var maximum: Int?
    /// A regular expression of RE2 for the whole text.
    var pattern: String?
    var rules: [ServerRule] = []
}

/// How many elements a list may hold and how two of them are told apart (Kubernetes, "merge strategy").
struct ListRule: Sendable {
    var minimum: Int?
    var maximum: Int?
    /// The field that makes an element unique; nil is a list that is replaced as a whole.
    var key: String?
}

/// A rule in CEL, which newer API servers check themselves (Kubernetes, "validation rules").
struct ServerRule: Sendable {
    var expression: String
    var message: String
}
