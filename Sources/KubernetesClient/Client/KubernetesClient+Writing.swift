import Foundation
import NIOHTTP1
import PalanaCore

extension KubernetesClient {
    /// Makes an object that isn't there yet.
    /// - Parameter dryRun: everything is checked and answered as if it was done, and nothing is kept.
    /// - Throws: `alreadyExists`.
    @discardableResult
    public func create<Object: KubernetesObject>(
        _ object: Object, dryRun: Bool = false
    ) async throws(KubernetesFailure) -> Object {
        let type = try await served(Object.type)
        let path = try APIRequest.path(type, namespace: try namespace(of: object, type))
        var request = APIRequest(verb: .create, method: .POST, path: path, subject: "create \(type) \(object.key)")
        request.isIdempotent = false
        if dryRun { request.query = [("dryRun", "All")] }
        return try await write(object, Wire.typed(object, as: type).forCreating, request)
    }

    /// Server-side apply: makes the object or sets the fields that are given, leaving others' fields alone, and gives up
    /// fields that were given before and aren't any more. `status` and what the API server sets itself are left out; a
    /// uid or resourceVersion is a precondition.
    /// - Parameters:
    ///   - fieldManager: who is responsible for the fields.
    ///   - force: whether fields are taken from other managers.
    ///   - dryRun: everything is checked and answered as if it was done, and nothing is kept.
    /// - Throws: `conflict` when another manager has a field (or a precondition fails); causes name the fields.
    @discardableResult
    public func apply<Object: KubernetesObject>(
        _ object: Object, fieldManager: String, force: Bool = true, dryRun: Bool = false
    ) async throws(KubernetesFailure) -> Object {
        let type = try await served(Object.type)
        let body = try Wire.typed(object, as: type).forApplying
        return try await apply(object, body, type, subresource: nil, fieldManager, force, dryRun: dryRun)
    }

    /// The same for `status` alone.
    @discardableResult
    public func applyStatus<Object: KubernetesObject>(
        _ object: Object, fieldManager: String, force: Bool = true
    ) async throws(KubernetesFailure) -> Object {
        let type = try await served(Object.type)
        let whole = try Wire.typed(object, as: type)
        var metadata: JSONValue = ["name": .string(object.metadata.name)]
        metadata["namespace"] = whole["metadata"]?["namespace"]
        metadata["uid"] = whole["metadata"]?["uid"]
        let body: JSONValue = [
            "apiVersion": .string(type.apiVersion), "kind": .string(type.kind), "metadata": metadata,
            "status": whole["status"] ?? [:],
        ]
        return try await apply(object, body, type, subresource: "status", fieldManager, force)
    }

    /// JSON merge patch (RFC 7396): members that are given are set, `null` removes one, lists are replaced. With
    /// `metadata.resourceVersion` in it, it fails with `conflict` when the object is in another version.
    @discardableResult
    public func patch<Object: KubernetesObject>(
        _ kind: Object.Type, _ name: String, in namespace: String? = nil, _ body: JSONValue
    ) async throws(KubernetesFailure) -> Object {
        try await merge(kind, ObjectKey(name, in: namespace), subresource: nil, body)
    }

    /// The same for `status`: `body` is `{"status": {…}}`.
    @discardableResult
    public func patchStatus<Object: KubernetesObject>(
        _ kind: Object.Type, _ name: String, in namespace: String? = nil, _ body: JSONValue
    ) async throws(KubernetesFailure) -> Object {
        try await merge(kind, ObjectKey(name, in: namespace), subresource: "status", body)
    }

    /// Deletes an object; it may stay for its finalizers.
    /// - Returns: whether there was one.
    /// - Throws: `conflict` when a precondition fails.
    @discardableResult
    public func delete<Object: KubernetesObject>(
        _ kind: Object.Type, _ name: String, in namespace: String? = nil, _ options: DeleteOptions = DeleteOptions()
    ) async throws(KubernetesFailure) -> Bool {
        let type = try await served(Object.type)
        let path = try APIRequest.path(type, name: name, namespace: namespace)
        var request = APIRequest(
            verb: .delete, method: .DELETE, path: path, subject: "delete \(type) \(ObjectKey(name, in: namespace))")
        request.body = Secret(try Wire.encoded(options.body))
        do throws(KubernetesFailure) {
            _ = try await send(request)
            return true
        } catch {
            if error.reason == .notFound { return false }
            throw error
        }
    }

    private func apply<Object: KubernetesObject>(
        _ object: Object, _ body: JSONValue, _ type: ObjectType, subresource: String?, _ manager: String, _ force: Bool,
        dryRun: Bool = false
    ) async throws(KubernetesFailure) -> Object {
        let path = try APIRequest.path(
            type, name: object.metadata.name, namespace: try namespace(of: object, type), subresource: subresource)
        var request = APIRequest(
            verb: .apply, method: .PATCH, path: path,
            subject: "apply \(subresource.map { "\($0) of " } ?? "")\(type) \(object.key)")
        request.query = [("fieldManager", manager), ("force", force ? "true" : "false")]
        if dryRun { request.query.append(("dryRun", "All")) }
        // JSON is YAML.
        request.contentType = "application/apply-patch+yaml"
        return try await write(object, body, request)
    }

    private func merge<Object: KubernetesObject>(
        _ kind: Object.Type, _ key: ObjectKey, subresource: String?, _ body: JSONValue
    ) async throws(KubernetesFailure) -> Object {
        let type = try await served(Object.type)
        let path = try APIRequest.path(type, name: key.name, namespace: key.namespace, subresource: subresource)
        var request = APIRequest(
            verb: .patch, method: .PATCH, path: path,
            subject: "patch \(subresource.map { "\($0) of " } ?? "")\(type) \(key)")
        request.contentType = "application/merge-patch+json"
        request.isIdempotent = false
        request.isSecret = Object.self == KubernetesSecret.self
        request.body = Secret(try Wire.encoded(body))
        return try Wire.decoded(from: try await send(request), request.subject)
    }

    private func write<Object: KubernetesObject>(
        _ object: Object, _ body: JSONValue, _ request: APIRequest
    ) async throws(KubernetesFailure) -> Object {
        var request = request
        request.isSecret = Object.self == KubernetesSecret.self
        request.body = Secret(try Wire.encoded(body))
        return try Wire.decoded(from: try await send(request), request.subject)
    }

    private func namespace(
        of object: some KubernetesObject, _ type: ObjectType
    ) throws(KubernetesFailure) -> String? {
        guard type.isNamespaced else { return nil }
        guard let namespace = object.metadata.namespace else {
            throw KubernetesFailure(
                .malformed, "\(type) \(ShownText.quoted(object.metadata.name)): its namespace is not given.")
        }
        return namespace
    }
}

extension JSONValue {
    /// Without what only the API server sets.
    fileprivate var forCreating: JSONValue {
        var body = self
        guard var metadata = body["metadata"] else { return body }
        for field in ["creationTimestamp", "generation", "deletionTimestamp", "resourceVersion", "uid"] {
            metadata[field] = nil
        }
        body["metadata"] = metadata
        return body
    }
}
