import Foundation
import NIOHTTP1
import PalanaCore

/// One call of the API server.
struct APIRequest: Sendable {
    var verb: RequestCounts.Verb
    var method: HTTPMethod
    /// Starts with a slash; made of checked segments only.
    var path: String
    var query: [(name: String, value: String)] = []
    var contentType = "application/json"
    var body: Secret<Data>?
    /// What messages name: `get pods a/b`.
    var subject: String
    /// Sending it twice does what sending it once does.
    var isIdempotent = true
    /// The body may hold values that must not be seen, and so may what the API server says about it.
    var isSecret = false

    /// The path with its query.
    var target: String {
        guard !query.isEmpty else { return path }
        let items = query.map { "\($0.name)=\(Wire.escaped($0.value))" }
        return "\(path)?\(items.joined(separator: "&"))"
    }

    /// The path of a kind's objects, of one of them, or of its subresource.
    static func path(
        _ type: ObjectType, name: String? = nil, namespace: String?, subresource: String? = nil
    ) throws(KubernetesFailure) -> String {
        var path = ObjectType.root(group: type.group, version: type.version)
        if type.isNamespaced, let namespace { path += "/namespaces/\(try segment(namespace, "namespace", type))" }
        path += "/\(type.plural)"
        guard let name else { return path }
        guard !type.isNamespaced || namespace != nil else {
            throw KubernetesFailure(.malformed, "\(type) \(ShownText.quoted(name)): its namespace is not given.")
        }
        path += "/\(try segment(name, "name", type))"
        return path + (subresource.map { "/\($0)" } ?? "")
    }

    /// What can't be part of a path (Kubernetes, `IsValidPathSegmentName`) is refused here, before it turns into
    /// another path.
    private static func segment(_ text: String, _ what: String, _ type: ObjectType) throws(KubernetesFailure) -> String
    {
        guard !text.isEmpty, text != ".", text != "..", !text.contains("/"), !text.contains("%") else {
            throw KubernetesFailure(
                .malformed, "\(type): \(ShownText.quoted(text)) can't be the \(what) of an object.")
        }
        return Wire.escaped(text)
    }
}
