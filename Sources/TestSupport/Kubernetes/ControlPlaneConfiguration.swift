/// How a control plane for a test differs from the usual one.
public struct ControlPlaneConfiguration: Sendable {
    /// Further arguments of kube-apiserver.
    public var apiServerArguments: [String]
    /// Further arguments of kube-controller-manager.
    public var controllerManagerArguments: [String]
    /// How long the start of each program may take: a busy machine needs far more than the usual seconds.
    public var startLimit: Duration

    public init(
        apiServerArguments: [String] = [], controllerManagerArguments: [String] = [],
        startLimit: Duration = .seconds(120)
    ) {
        self.apiServerArguments = apiServerArguments
        self.controllerManagerArguments = controllerManagerArguments
        self.startLimit = startLimit
    }
}
