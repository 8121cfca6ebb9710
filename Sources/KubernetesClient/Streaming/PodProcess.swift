import NIOHTTP1
import PalanaCore

/// A process in a pod's container that somebody wants to join.
public struct PodProcess: Sendable, Hashable {
    public enum Way: Sendable, Hashable {
        /// One more process beside the container's own.
        case exec([String])
        /// The container's own; its input and terminal are as the pod's spec has them.
        case attach
    }

    public var namespace: String
    public var pod: String
    public var container: String
    public var way: Way
    public var takesInput: Bool
    /// With a terminal there is one stream of output.
    public var hasTerminal: Bool

    public init(
        namespace: String, pod: String, container: String, way: Way, takesInput: Bool = true, hasTerminal: Bool = false
    ) {
        self.namespace = namespace
        self.pod = pod
        self.container = container
        self.way = way
        self.takesInput = takesInput
        self.hasTerminal = hasTerminal
    }

    func request() throws(KubernetesFailure) -> APIRequest {
        let name: String
        var query: [(name: String, value: String)] = []
        switch way {
        case .exec(let command):
            name = "exec"
            query = command.map { ("command", $0) }
        case .attach: name = "attach"
        }
        query += [
            ("container", container), ("stdin", "\(takesInput)"), ("stdout", "true"), ("stderr", "\(!hasTerminal)"),
            ("tty", "\(hasTerminal)"),
        ]
        let path = try APIRequest.path(Pod.type, name: pod, namespace: namespace, subresource: name)
        var request = APIRequest(
            verb: .connect, method: .GET, path: path, subject: "\(name) in pods \(ObjectKey(pod, in: namespace))")
        request.query = query
        return request
    }
}
