internal import KubernetesClient
internal import PalanaCore

/// What the fields of one object may say. Fields that no rule names are refused: a newer API may give them any power.
struct FieldRules: Sendable {
    indirect enum Rule: Sendable {
        /// Whatever it says does no harm.
        case free
        /// It must be there and say this; else the sentence.
        case exactly(JSONValue, String)
        /// Left out, or one of these; else the sentence.
        case oneOf(Set<JSONValue>, String)
        /// Left out, or empty; else the sentence.
        case refused(String)
        /// An object with these fields; left out, it lacks what must be there.
        case always(FieldRules)
        /// Left out, or what the check finds nothing wrong with.
        case checked(@Sendable (JSONValue, FieldPath) -> [ValidationError])
    }

    let rules: [String: Rule]

    init(_ rules: [String: Rule]) {
        self.rules = rules
    }

    /// All that is wrong with `object`; one that is left out lacks all that must be there.
    func problems(_ object: JSONValue?, at path: FieldPath) -> [ValidationError] {
        var members: [String: JSONValue] = [:]
        switch object {
        case nil, .null?: break
        case .object(let found)?: members = found
        default: return [ValidationError(path, "must be an object")]
        }
        let unknown = members.filter { rules[$0.key] == nil && !$0.value.isNothing }.keys.sorted().map {
            ValidationError(path.field($0), "unknown to this release of Palana, so it is refused; leave it out")
        }
        return rules.sorted { $0.key < $1.key }.flatMap { name, rule in
            Self.problems(members[name], rule, at: path.field(name))
        } + unknown
    }

    private static func problems(_ value: JSONValue?, _ rule: Rule, at path: FieldPath) -> [ValidationError] {
        let isGiven = value.map { $0 != .null } ?? false
        switch rule {
        case .free: return []
        case .exactly(let wanted, let sentence): return value == wanted ? [] : [.init(path, value, sentence)]
        case .oneOf(let allowed, let sentence):
            guard isGiven, let value, !allowed.contains(value) else { return [] }
            return [.init(path, value, sentence)]
        case .refused(let sentence):
            guard let value, !value.isNothing else { return [] }
            return [.init(path, value, sentence)]
        case .always(let rules): return rules.problems(value, at: path)
        case .checked(let check):
            guard isGiven, let value else { return [] }
            return check(value, path)
        }
    }
}

extension FieldRules.Rule {
    /// Each element of a list is an object with these fields.
    static func each(_ rules: FieldRules) -> FieldRules.Rule {
        .checked { value, path in
            guard case .array(let items) = value else { return [ValidationError(path, "must be a list")] }
            return items.enumerated().flatMap { rules.problems($0.element, at: path[$0.offset]) }
        }
    }

    static func object(_ rules: FieldRules) -> FieldRules.Rule {
        .checked { rules.problems($0, at: $1) }
    }
}

extension JSONValue {
    /// What the API takes for "not said": nothing, false, 0, or an empty text, list or object.
    var isNothing: Bool {
        switch self {
        case .null, .bool(false), .integer(0), .string(""): true
        case .array(let items): items.isEmpty
        case .object(let members): members.isEmpty
        default: false
        }
    }
}

extension ValidationError {
    /// With the value as far as people need it: objects and lists are named by their path alone.
    init(_ path: FieldPath, _ value: JSONValue?, _ problem: String) {
        let shown: String? =
            switch value {
            case .string(let text)?: ShownText.quoted(text)
            case .integer(let number)?: String(number)
            case .number(let number)?: String(number)
            case .bool(let flag)?: String(flag)
            default: nil
            }
        self.init(path: path.description, value: shown, problem: problem)
    }
}
