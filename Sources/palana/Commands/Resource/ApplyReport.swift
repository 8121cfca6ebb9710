import PlatformAPI

/// `agent/demo created`, as kubectl says it.
enum ApplyReport {
    static func print(_ outcomes: [ApplyOutcome], dryRun: Bool = false) {
        for outcome in outcomes {
            let suffix = dryRun ? " (dry run)" : ""
            Terminal.write("\(outcome.kind.lowercased())/\(outcome.name) \(outcome.change.rawValue)\(suffix)")
            for warning in outcome.warnings { Terminal.warn("warning: \(Terminal.visible(warning))") }
        }
    }
}
