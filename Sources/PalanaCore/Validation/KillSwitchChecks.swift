/// What a kill switch may say.
extension ResourceValidator {
    public func report(on kill: KillSwitch) -> ValidationReport {
        var report = ValidationReport()
        let path = FieldPath("spec")
        report.check(kind: .killSwitch, support)
        report.check(metadata: kill.metadata, nameLimit: 63, support)
        report.check(target: kill.spec.target, at: path.field("target"))
        // Where the kind itself is refused, its parts aren't worth a sentence each.
        if support.features.contains(.killSwitches) {
            let level = kill.spec.level ?? .network
            report.check(level.feature, at: path.field("level"), text: level.rawValue, support)
            if kill.spec.expiresAt != nil { report.check(.killExpiry, at: path.field("expiresAt"), support) }
        }
        report.check(reason: kill.spec.reason, at: path.field("reason"))
        return report
    }

    /// A switch that exists may only get stronger: to release anybody is an act of its own, and on record as one.
    public static func changeReport(from old: KillSwitchSpec, to new: KillSwitchSpec) -> ValidationReport {
        var report = ValidationReport()
        let path = FieldPath("spec")
        if new.target != old.target {
            report.errors.append(.init(path.field("target"), "can't change; make another switch for others"))
        }
        let (before, after) = (old.level ?? .network, new.level ?? .network)
        if after < before {
            let problem = "can only be raised (it is \(before.rawValue)); delete the switch to release its agents"
            report.errors.append(.init(path.field("level"), text: after.rawValue, problem))
        }
        if let end = new.expiresAt, old.expiresAt.map({ end < $0 }) ?? true {
            let problem = "can only be put off or taken out; delete the switch to release its agents"
            report.errors.append(.init(path.field("expiresAt"), text: end.description, problem))
        }
        return report
    }
}

extension KillSwitchSpec.Level {
    /// What a platform must have built for this level.
    fileprivate var feature: Feature {
        switch self {
        case .network: .killNetwork
        case .freeze: .killFreeze
        case .suspend: .killSuspend
        case .terminate: .killTerminate
        }
    }
}

extension ValidationReport {
    fileprivate mutating func check(target: KillTarget, at path: FieldPath) {
        let given = [target.agent != nil, target.owner != nil, target.selector != nil, target.all != nil]
        switch given.count(where: { $0 }) {
        case 0: errors.append(.init(path, "names nobody; give agent, owner, selector or all"))
        case 1: break
        default: errors.append(.init(path, "names more than one thing; give one of agent, owner, selector and all"))
        }
        if let agent = target.agent {
            let place = path.field("agent")
            if agent.contains("/") {
                check(reference: agent, at: place)
            } else {
                check(agent, at: place) { NameRules.label($0, limit: AgentNames.maximumAgentNameLength) }
            }
        }
        if let owner = target.owner { check(owner: owner, at: path.field("owner")) }
        if let selector = target.selector {
            let place = path.field("selector").field("labels")
            check(labels: selector.labels, at: place)
            if selector.labels?.isEmpty ?? true { errors.append(.init(place, "missing; use all for every agent")) }
        }
        if target.all == false { errors.append(.init(path.field("all"), "only true has a meaning; leave it out")) }
    }

    fileprivate mutating func check(reason: String, at path: FieldPath) {
        if reason.allSatisfy(\.isWhitespace) {
            errors.append(.init(path, text: reason, "say why; the agents' owners read it"))
        }
        if reason.utf8.count > ValidationLimits.reason {
            errors.append(.init(path, "\(reason.utf8.count) bytes; at most \(ValidationLimits.reason) fit"))
        }
        if !reason.unicodeScalars.allSatisfy({ $0 == "\n" || ShownText.isShown($0) }) {
            errors.append(.init(path, text: reason, "control characters can't stand in it"))
        }
    }
}
