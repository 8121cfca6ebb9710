internal import Foundation
public import KubernetesClient

/// What the API server asks (`admission.k8s.io/v1`, AdmissionReview); the fields that we use.
public struct AdmissionRequest: Decodable, Sendable {
    public struct GroupVersionKind: Codable, Hashable, Sendable {
        public var group: String
        public var version: String
        public var kind: String

        public init(group: String, version: String, kind: String) {
            self.group = group
            self.version = version
            self.kind = kind
        }
    }

    public enum Operation: String, Decodable, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
        case delete = "DELETE"
        case connect = "CONNECT"
    }

    public var uid: String
    public var kind: GroupVersionKind
    public var subResource: String?
    /// Empty where the API server makes the name up.
    public var name: String?
    public var namespace: String?
    public var operation: Operation
    public var userInfo: UserInfo
    public var object: JSONValue?
    public var oldObject: JSONValue?

    public init(
        uid: String, kind: GroupVersionKind, subResource: String? = nil, name: String? = nil, namespace: String? = nil,
        operation: Operation, userInfo: UserInfo, object: JSONValue? = nil, oldObject: JSONValue? = nil
    ) {
        self.uid = uid
        self.kind = kind
        self.subResource = subResource
        self.name = name
        self.namespace = namespace
        self.operation = operation
        self.userInfo = userInfo
        self.object = object
        self.oldObject = oldObject
    }
}

/// The envelope of question and answer.
struct AdmissionReview: Decodable {
    static let version = "admission.k8s.io/v1"

    var apiVersion: String
    var kind: String
    var request: AdmissionRequest
}

/// What we answer.
struct AdmissionAnswer: Encodable {
    struct Response: Encodable {
        struct Status: Encodable {
            struct Cause: Encodable {
                var reason = "FieldValueInvalid"
                var message: String
                var field: String
            }

            struct Details: Encodable {
                var name: String?
                var group: String?
                var kind: String?
                var causes: [Cause]?
            }

            var status = "Failure"
            var message: String
            var reason: String
            var code: Int
            var details: Details?
        }

        var uid: String
        var allowed: Bool
        var status: Status?
        var patchType: String?
        /// Base64 of a JSON Patch.
        var patch: Data?
        var warnings: [String]?
    }

    var apiVersion = AdmissionReview.version
    var kind = "AdmissionReview"
    var response: Response
}
