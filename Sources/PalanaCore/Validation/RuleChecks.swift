/// What rules of `allow` and `deny` may hold.
extension ValidationReport {
    mutating func check(rules: [EgressRule]?, at path: FieldPath) {
        guard let rules else { return }
        if rules.count > ValidationLimits.allowRules {
            errors.append(.init(path, "\(rules.count) rules; at most \(ValidationLimits.allowRules) fit"))
            return
        }
        for (index, rule) in rules.enumerated() { check(rule, at: path[index]) }
    }

    private mutating func check(_ rule: EgressRule, at path: FieldPath) {
        check(host: rule.host, at: path.field("host"))
        checkCount(rule.ports, at: path.field("ports"), whenEmpty: "leave it out for 443 and 80")
        checkCount(rule.methods, at: path.field("methods"), whenEmpty: "leave it out for any method")
        checkCount(rule.paths, at: path.field("paths"), whenEmpty: "leave it out for any path")
        for (index, port) in (rule.ports ?? []).enumerated() { check(port: port, at: path.field("ports")[index]) }
        for (index, method) in (rule.methods ?? []).enumerated() {
            check(method, at: path.field("methods")[index], PathAndMethodRules.problem(withMethod:))
        }
        for (index, glob) in (rule.paths ?? []).enumerated() {
            check(glob, at: path.field("paths")[index], PathAndMethodRules.problem(withGlob:))
        }
    }

    mutating func check(host: String, at path: FieldPath) {
        check(host, at: path, HostRules.problem(with:))
    }

    mutating func check(port: Int, at path: FieldPath) {
        guard !(1...65_535).contains(port) else { return }
        errors.append(.init(path, number: port, "must be 1 to 65535"))
    }

    mutating func check(_ text: String, at path: FieldPath, _ rule: (String) -> String?) {
        if let problem = rule(text) { errors.append(.init(path, text: text, problem)) }
    }

    private mutating func checkCount<Element>(_ list: [Element]?, at path: FieldPath, whenEmpty advice: String) {
        guard let list else { return }
        if list.isEmpty { errors.append(.init(path, "empty; \(advice)")) }
        checkCount(list, limit: ValidationLimits.listItems, at: path)
    }

    mutating func checkCount<Element>(_ list: [Element]?, limit: Int, at path: FieldPath) {
        guard let list, list.count > limit else { return }
        errors.append(.init(path, "\(list.count) items; at most \(limit) fit"))
    }
}
