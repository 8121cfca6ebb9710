import ArgumentParser
import PalanaCore

/// `HOST[:PORT][/PATH]` as a rule. What is in it is checked by the platform, with the field's path.
struct AllowArgument: ExpressibleByArgument {
    var rule: EgressRule

    init?(argument: String) {
        let slash = argument.firstIndex(of: "/") ?? argument.endIndex
        let authority = argument[..<slash].split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(authority.count), let host = authority.first, !host.isEmpty else { return nil }
        rule = EgressRule(host: String(host))
        if authority.count == 2 {
            guard let port = Int(authority[1]) else { return nil }
            rule.ports = [port]
        }
        if slash != argument.endIndex { rule.paths = [String(argument[slash...])] }
    }
}

/// `NAME@HOST[,HOST…][:POSITION[,POSITION…]]` as a declaration; the value comes by `palana secrets add`.
struct SecretArgument: ExpressibleByArgument {
    var secret: AgentSecret

    init?(argument: String) {
        guard let at = argument.firstIndex(of: "@") else { return nil }
        let parts = argument[argument.index(after: at)...].split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return nil }
        secret = AgentSecret(name: String(argument[..<at]), hosts: parts[0].split(separator: ",").map(String.init))
        guard parts.count == 2 else { return }
        let positions = parts[1].split(separator: ",").map { SecretPosition(rawValue: String($0)) }
        guard positions.allSatisfy({ $0 != nil }) else { return nil }
        secret.positions = positions.compactMap { $0 }
    }
}

/// `NAME=VALUE`.
struct EnvironmentArgument: ExpressibleByArgument {
    var variable: EnvironmentVariable

    init?(argument: String) {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else { return nil }
        variable = EnvironmentVariable(
            name: String(argument[..<equals]), value: String(argument[argument.index(after: equals)...]))
    }
}
