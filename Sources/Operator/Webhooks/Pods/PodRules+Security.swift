internal import KubernetesClient
internal import PalanaCore

/// The rights of processes.
extension PodRules {
    private static let root = "agents don't run as root; leave it out, or name another user"
    private static let confinement = "the agent's confinement can't be chosen; leave it out"

    private static func profile(_ allowed: Set<JSONValue>) -> FieldRules.Rule {
        .object(FieldRules(["type": .oneOf(allowed, confinement), "localhostProfile": .free]))
    }

    static let podSecurity = FieldRules([
        "runAsNonRoot": .exactly(true, root),
        "runAsUser": .checked { $0 == 0 ? [.init($1, $0, root)] : [] },
        "runAsGroup": .free, "fsGroup": .free, "fsGroupChangePolicy": .free, "supplementalGroups": .free,
        "supplementalGroupsPolicy": .free,
        "seccompProfile": .always(
            FieldRules(["type": .exactly("RuntimeDefault", confinement), "localhostProfile": .free])),
        "appArmorProfile": profile(["RuntimeDefault"]),
        "seLinuxOptions": .refused(confinement), "seLinuxChangePolicy": .free,
        "windowsOptions": .refused("agents run on Linux; leave it out"),
        "sysctls": .refused("the kernel's settings aren't the agent's; leave it out"),
    ])

    static let containerSecurity = FieldRules([
        "privileged": .refused("agents have no privileges; leave it out"),
        "allowPrivilegeEscalation": .exactly(false, "agents can't gain privileges; leave it out"),
        "readOnlyRootFilesystem": .exactly(true, "only /data and /tmp can be written; leave it out"),
        "runAsNonRoot": .oneOf([true], root),
        "runAsUser": .checked { $0 == 0 ? [.init($1, $0, root)] : [] },
        "runAsGroup": .free,
        "seccompProfile": profile(["RuntimeDefault"]),
        "appArmorProfile": profile(["RuntimeDefault"]),
        "seLinuxOptions": .refused(confinement),
        "windowsOptions": .refused("agents run on Linux; leave it out"),
        "procMount": .oneOf(["Default", ""], "/proc stays masked; leave it out"),
        "capabilities": .always(
            FieldRules([
                "add": .refused("agents have no capabilities; leave it out"),
                "drop": .checked { value, path in
                    guard case .array(let names) = value, names.contains("ALL") else {
                        return [.init(path, "must drop ALL; leave it out")]
                    }
                    return []
                },
            ])),
    ])
}
