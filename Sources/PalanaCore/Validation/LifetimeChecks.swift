/// When an agent ends and goes on by itself.
extension ValidationReport {
    mutating func check(idle: Idle?, at path: FieldPath, _ support: FeatureSupport) {
        guard let idle else { return }
        check(.idle, at: path, support)
        if idle.after == nil { errors.append(.init(path.field("after"), "missing; say how long, as 30m")) }
        for (name, text) in [("after", idle.after), ("warnBefore", idle.warnBefore)] {
            if let text { check(duration: text, at: path.field(name)) }
        }
        if let after = idle.after.flatMap(Quantities.duration), let warnBefore = idle.warnBefore,
            let lead = Quantities.duration(warnBefore), lead >= after
        {
            errors.append(.init(path.field("warnBefore"), text: warnBefore, "must be less than after"))
        }
        if let floor = idle.cpuFloor {
            check(floor, at: path.field("cpuFloor")) {
                Quantities.millicores($0) == nil ? "must be a number of cores like 50m or 0.5" : nil
            }
        }
        checkCount(idle.ignoreHosts, limit: ValidationLimits.ignoredHosts, at: path.field("ignoreHosts"))
        for (index, host) in (idle.ignoreHosts ?? []).enumerated() {
            check(host: host, at: path.field("ignoreHosts")[index])
        }
    }

    mutating func check(ttl: String?, action: Shutdown?, at path: FieldPath, _ support: FeatureSupport) {
        if let ttl {
            check(.ttl, at: path.field("ttl"), support)
            check(duration: ttl, at: path.field("ttl"))
        } else if action != nil {
            errors.append(.init(path.field("ttlAction"), "only has a meaning with a ttl; leave it out"))
        }
    }

    mutating func check(wake: Wake?, at path: FieldPath, _ support: FeatureSupport) {
        guard let wake else { return }
        check(.wake, at: path, support)
        guard let schedule = wake.schedule else {
            errors.append(.init(path.field("schedule"), "missing; say when, as \"0 8 * * mon-fri\""))
            return
        }
        check(schedule, at: path.field("schedule")) { text in
            do throws(CronProblem) {
                _ = try CronSchedule(parsing: text)
                return nil
            } catch {
                return error.description
            }
        }
    }

    private mutating func check(duration text: String, at path: FieldPath) {
        check(text, at: path) { Quantities.duration($0) == nil ? "must be a duration like 30m or 1h30m" : nil }
    }
}
