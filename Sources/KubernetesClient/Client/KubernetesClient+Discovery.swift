import Foundation
import NIOHTTP1
import PalanaCore

/// A kind that the API server serves.
public struct ServedResource: Sendable, Hashable, Decodable {
    /// The plural, perhaps with a subresource: `pods`, `pods/status`.
    public var name: String
    public var kind: String
    public var namespaced: Bool
    public var verbs: [String]
}

extension KubernetesClient {
    /// The versions of a group that the API server serves, its preferred one first; empty when it doesn't know the group.
    public func versions(of group: String) async throws(KubernetesFailure) -> [String] {
        struct Answer: Decodable {
            struct Version: Decodable { var version: String }
            var versions: [Version]
            var preferredVersion: Version?
        }
        guard let answer: Answer = try await discover("/apis/\(Wire.escaped(group))", "versions of \(group)") else {
            return []
        }
        let all = answer.versions.map(\.version)
        guard let preferred = answer.preferredVersion?.version else { return all }
        return [preferred] + all.filter { $0 != preferred }
    }

    /// What the API server serves in one version of a group; empty when it doesn't know that.
    public func resources(group: String, version: String) async throws(KubernetesFailure) -> [ServedResource] {
        struct Answer: Decodable {
            var resources: [ServedResource]?
        }
        let path = ObjectType.root(group: Wire.escaped(group), version: Wire.escaped(version))
        let answer: Answer? = try await discover(path, "resources of \(group)/\(version)")
        return answer?.resources ?? []
    }

    /// The API server's version: `1.29.3`.
    public func serverVersion() async throws(KubernetesFailure) -> String {
        struct Answer: Decodable { var gitVersion: String }
        let answer: Answer? = try await discover("/version", "the API server's version")
        guard let version = answer?.gitVersion else {
            throw KubernetesFailure(.malformed, "The API server doesn't say its version: check its address.")
        }
        return version.hasPrefix("v") ? String(version.dropFirst()) : version
    }

    /// The kind in the version that this API server serves.
    /// - Throws: `notServed` when it is none that is known here.
    func served(_ type: ObjectType) async throws(KubernetesFailure) -> ObjectType {
        // What has one stable version is not asked about: its own calls tell.
        guard !type.olderVersions.isEmpty else { return type }
        if let known = versions.version(of: type) { return type.with(version: known) }
        for version in [type.version] + type.olderVersions {
            let resources = try await resources(group: type.group, version: version)
            guard resources.contains(where: { $0.name == type.plural }) else { continue }
            versions.keep(version, of: type)
            return type.with(version: version)
        }
        throw KubernetesFailure(
            .notServed,
            "The API server at \(configuration.server) doesn't serve \(type) in a version that is known here "
                + "(\(([type.version] + type.olderVersions).joined(separator: ", "))).")
    }

    private func discover<Answer: Decodable>(
        _ path: String, _ subject: String
    ) async throws(KubernetesFailure) -> Answer? {
        let request = APIRequest(verb: .discovery, method: .GET, path: path, subject: "discover \(subject)")
        do throws(KubernetesFailure) {
            return try Wire.decoded(Answer.self, from: try await send(request), request.subject)
        } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }
}

extension ObjectType {
    fileprivate func with(version: String) -> ObjectType {
        var type = self
        type.version = version
        type.olderVersions = []
        return type
    }
}
