import KubernetesClient
import PlatformAPI

extension APIError {
    /// What the API server said, or why it couldn't be asked.
    init(_ failure: KubernetesFailure) {
        self.init(Self.reason(failure.reason), failure.message + Self.advice(failure))
    }

    private static func reason(_ reason: KubernetesFailure.Reason) -> Reason {
        switch reason {
        case .notFound: .notFound
        case .alreadyExists, .conflict, .namespaceTerminating: .conflict
        case .invalid, .badRequest: .invalid
        case .forbidden, .unauthorized: .denied
        case .tooManyRequests, .unavailable, .unreachable, .untrusted, .timedOut, .notServed: .unavailable
        case .expired, .refused, .tooLarge, .malformed, .configuration, .cancelled: .failed
        }
    }

    private static func advice(_ failure: KubernetesFailure) -> String {
        switch failure.reason {
        // Of a kind that it doesn't know the API server says nothing but the status.
        case .notFound
        where failure.message.contains("could not find the requested resource")
            || failure.message.hasSuffix("answered with status 404"):
            "; Palana is not installed in this cluster, or in another version"
        case .notFound where failure.message.contains("namespaces \""):
            "; an administrator makes it by a Tenant for you"
        case .forbidden where failure.message.contains("cannot "):
            "; an administrator gives the right, or makes a Tenant for you"
        case .namespaceTerminating: "; wait until it is gone"
        default: ""
        }
    }
}
