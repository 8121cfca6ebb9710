/// What an agent's processes may be given.
extension ValidationReport {
    mutating func check(environment: [EnvironmentVariable]?, at path: FieldPath) {
        checkCount(environment, limit: ValidationLimits.listItems, at: path)
        var seen: Set<String> = []
        for (index, variable) in (environment ?? []).enumerated() {
            let place = path[index].field("name")
            check(variable.name, at: place, NameRules.environmentVariable)
            if !seen.insert(variable.name).inserted {
                errors.append(.init(place, text: variable.name, "given twice; keep one of them"))
            }
            check(freeText: variable.value, at: path[index].field("value"))
        }
    }

    mutating func check(command: [String]?, at path: FieldPath) {
        guard let command else { return }
        if command.first?.isEmpty ?? true {
            errors.append(.init(path, "must begin with a program; leave it out for the template's command"))
        }
        checkCount(command, limit: ValidationLimits.command, at: path)
        for (index, argument) in command.enumerated() { check(freeText: argument, at: path[index]) }
    }

    mutating func check(image: String?, at path: FieldPath, _ support: FeatureSupport) {
        guard let image else { return }
        if image.isEmpty { errors.append(.init(path, text: image, "empty; leave it out")) }
        guard !image.isEmpty, !image.hasPrefix("/") else {
            if !image.isEmpty { check(.hostFiles, at: path, text: image, support) }
            let isUp = image.split(separator: "/").contains("..")
            if isUp { errors.append(.init(path, text: image, "`..` can't stand in it; give the real path")) }
            check(freeText: image, at: path)
            return
        }
        check(.registryImage, at: path, text: image, support)
        if support.features.contains(.registryImage) { check(image, at: path, ImageRules.problem(with:)) }
    }

    mutating func check(resources: Resources?, at path: FieldPath) {
        let limits = path.field("limits")
        if let cpu = resources?.limits?.cpu {
            check(cpu, at: limits.field("cpu")) { text in
                guard let millicores = Quantities.millicores(text) else { return "must be cores like 2, 0.5 or 500m" }
                return (10...1_024_000).contains(millicores) ? nil : "must be 10m to 1024"
            }
        }
        if let memory = resources?.limits?.memory {
            check(memory, at: limits.field("memory")) { Self.size($0, atLeast: 16 << 20, "16Mi") }
        }
    }

    mutating func check(workspace: Workspace?, at path: FieldPath, _ support: FeatureSupport) {
        if let size = workspace?.size {
            // The smallest file system that still holds something.
            check(size, at: path.field("size")) { Self.size($0, atLeast: 4 << 20, "4Mi") }
        }
        if let name = workspace?.storageClassName, !name.isEmpty {
            check(.storageClass, at: path.field("storageClassName"), support)
            check(name, at: path.field("storageClassName"), NameRules.subdomain)
        }
    }

    /// What a claim that is made already can't follow (Kubernetes, "Persistent Volumes").
    mutating func checkChange(from old: Workspace?, to new: Workspace?) {
        let path = FieldPath("spec.workspace")
        let (before, after) = (old?.size ?? AgentDefaults.workspaceSize, new?.size ?? AgentDefaults.workspaceSize)
        if let had = Quantities.bytes(before), let wanted = Quantities.bytes(after), wanted < had {
            let problem = "can't get smaller (it is \(before)); delete the agent and create it anew"
            errors.append(.init(path.field("size"), text: after, problem))
        }
        let (held, named) = (old?.storageClassName ?? "", new?.storageClassName ?? "")
        if held != named {
            let problem = "can't change (it is \(ShownText.quoted(held))); delete the agent and create it anew"
            errors.append(.init(path.field("storageClassName"), text: named, problem))
        }
    }

    mutating func check(runtimeClass name: String?, at path: FieldPath, _ support: FeatureSupport) {
        guard let name else { return }
        check(.runtimeClass, at: path, support)
        check(name, at: path, NameRules.subdomain)
    }

    /// Text that ends up in `execve`: no NUL, not too long.
    mutating func check(freeText text: String, at path: FieldPath) {
        if text.utf8.contains(0) { errors.append(.init(path, text: text, "a NUL character can't stand in it")) }
        if text.utf8.count > ValidationLimits.text {
            errors.append(.init(path, "\(text.utf8.count) bytes; at most \(ValidationLimits.text) fit"))
        }
    }

    mutating func check(_ feature: Feature, at path: FieldPath, text: String? = nil, _ support: FeatureSupport) {
        guard let problem = support.problem(with: feature) else { return }
        errors.append(text.map { .init(path, text: $0, problem) } ?? .init(path, problem))
    }

    private static func size(_ text: String, atLeast least: Int, _ shown: String) -> String? {
        guard let bytes = Quantities.bytes(text) else { return "must be a size like 512Mi or 2Gi" }
        return bytes >= least ? nil : "must be at least \(shown)"
    }
}
