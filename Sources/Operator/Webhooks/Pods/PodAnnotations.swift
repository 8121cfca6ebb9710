internal import KubernetesClient
internal import PalanaCore

/// Annotations that give a pod rights or another network. Most say nothing; these are what known programs obey.
enum PodAnnotations {
    private static let confinement = [
        "seccomp.security.alpha.kubernetes.io/", "container.seccomp.security.alpha.kubernetes.io/",
        "container.apparmor.security.beta.kubernetes.io/",
    ]

    /// Network plugins, which can give a pod further interfaces and addresses, and runtimes, which can give it devices.
    private static let powers = [
        "k8s.v1.cni.cncf.io/", "v1.multus-cni.io/", "cni.projectcalico.org/", "ovn.kubernetes.io/", "k8s.ovn.org/",
        "cni.cilium.io/", "io.cilium.", "ipam.cilium.io/", "kube-router.io/", "io.kubernetes.cri", "io.containerd.",
        "io.katacontainers.", "dev.gvisor.", "security.alpha.kubernetes.io/", "kubernetes.io/config.mirror",
    ]

    static func problems(_ metadata: JSONValue?, isNew: Bool) -> [ValidationError] {
        guard case .object(let annotations)? = metadata?["annotations"] else { return [] }
        let path = FieldPath("metadata.annotations")
        return annotations.sorted { $0.key < $1.key }.compactMap { name, value in
            if confinement.contains(where: name.hasPrefix) {
                let isUsual = value == "runtime/default" || value == "docker/default"
                return isUsual
                    ? nil : .init(path.field(name), value, "the agent's confinement can't be chosen; leave it out")
            }
            guard isNew, powers.contains(where: name.hasPrefix) else { return nil }
            return .init(path.field(name), value, "gives a pod what agents don't have; leave it out")
        }
    }
}
