import ServiceSupport

/// The programs of a control plane, and with what each is started.
enum ControlPlanePart: String, CaseIterable {
    case etcd
    case apiServer = "kube-apiserver"
    case controllerManager = "kube-controller-manager"

    func executable(_ programs: ControlPlanePrograms) -> String {
        switch self {
        case .etcd: programs.etcd
        case .apiServer: programs.apiServer
        case .controllerManager: programs.controllerManager
        }
    }
}

/// Where a control plane listens, on 127.0.0.1.
struct ControlPlanePorts: Sendable {
    let etcd: Int
    let etcdPeers: Int
    let apiServer: Int
    let controllerManager: Int

    init() throws {
        let ports = try LoopbackPorts.free(4)
        (etcd, etcdPeers, apiServer, controllerManager) = (ports[0], ports[1], ports[2], ports[3])
    }

    var store: String { "http://127.0.0.1:\(etcd)" }
    var server: String { "https://127.0.0.1:\(apiServer)" }
}

extension ControlPlanePart {
    /// - Parameter folder: holds what ``ControlPlaneFiles`` has written, and takes the data.
    func arguments(
        folder: String, ports: ControlPlanePorts, version: ToolVersion, configuration: ControlPlaneConfiguration
    ) -> [String] {
        // Before 1.24 both also served without TLS unless told not to.
        let hasInsecurePort = version < ToolVersion(1, 24)
        switch self {
        case .etcd:
            let peers = "http://127.0.0.1:\(ports.etcdPeers)"
            return [
                "--name=test", "--data-dir=\(folder)/etcd", "--listen-client-urls=\(ports.store)",
                "--advertise-client-urls=\(ports.store)", "--listen-peer-urls=\(peers)",
                "--initial-advertise-peer-urls=\(peers)", "--initial-cluster=test=\(peers)",
            ]
        case .apiServer:
            return [
                "--etcd-servers=\(ports.store)", "--bind-address=127.0.0.1", "--secure-port=\(ports.apiServer)",
                // Nothing but loopback: no endpoints of the service `kubernetes`.
                "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                "--service-cluster-ip-range=10.96.0.0/16", "--authorization-mode=RBAC", "--allow-privileged=true",
                "--client-ca-file=\(folder)/ca.pem", "--tls-cert-file=\(folder)/apiserver.pem",
                "--tls-private-key-file=\(folder)/apiserver.key", "--service-account-issuer=\(ControlPlane.issuer)",
                "--api-audiences=\(ControlPlane.issuer)", "--service-account-key-file=\(folder)/accounts.pub",
                "--service-account-signing-key-file=\(folder)/accounts.key", "--profiling=false",
            ] + (hasInsecurePort ? ["--insecure-port=0"] : []) + configuration.apiServerArguments
        case .controllerManager:
            let kubeconfig = "\(folder)/controller-manager.kubeconfig"
            return [
                "--kubeconfig=\(kubeconfig)", "--authentication-kubeconfig=\(kubeconfig)",
                "--authorization-kubeconfig=\(kubeconfig)", "--bind-address=127.0.0.1",
                "--secure-port=\(ports.controllerManager)", "--service-account-private-key-file=\(folder)/accounts.key",
                "--root-ca-file=\(folder)/ca.pem", "--leader-elect=false", "--allocate-node-cidrs=false",
                "--use-service-account-credentials=true", "--controllers=*,tokencleaner", "--profiling=false",
                // Tests make and remove namespaces faster than people do.
                "--kube-api-qps=500", "--kube-api-burst=1000",
            ] + (hasInsecurePort ? ["--port=0"] : []) + configuration.controllerManagerArguments
        }
    }
}
