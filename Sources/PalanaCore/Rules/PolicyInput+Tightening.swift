extension PolicyInput.Rules {
    /// Tightens for paths that servers read differently: with `//` only rules for `/**` allow; a deny rule that names
    /// the lenient reading denies whatever the sent form looks like.
    public func tightened(for path: RequestPath) -> PolicyInput.Rules {
        var result = self
        if path.hasEmptySegment { result.allow = allow.compactMap(\.forAnyPathOnly) }
        if path.lenient != path.matching { result.deny = deny.map { $0.widened(to: path.lenient) } }
        return result
    }
}

extension PolicyInput.NamedRule {
    fileprivate var forAnyPathOnly: PolicyInput.NamedRule? {
        guard let paths = rule.paths else { return self }
        guard paths.contains("/**") else { return nil }
        var narrowed = self
        narrowed.rule.paths = ["/**"]
        return narrowed
    }

    fileprivate func widened(to path: String) -> PolicyInput.NamedRule {
        guard let paths = rule.paths, paths.contains(where: { PathGlob.matches($0, path) }) else { return self }
        var widened = self
        widened.rule.paths = nil
        return widened
    }
}
