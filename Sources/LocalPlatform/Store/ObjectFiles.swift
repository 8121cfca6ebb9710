import Foundation
import Manifests
import PalanaCore

/// Objects as JSON files: `{folder}/{kind}/{name}.json`, 0600, fields in the order of the API.
struct ObjectFiles: Sendable {
    /// As large as an object may be in a cluster's store too.
    static let maximumBytes = 1 << 20

    private let folders: [ResourceKind: AtomicFolder]

    /// - Parameter folder: absolute path; made when it is missing.
    init(folder: String) throws(StoreFailure) {
        _ = try AtomicFolder(path: folder)
        var folders: [ResourceKind: AtomicFolder] = [:]
        for kind in FeatureSupport.singleMachine.kinds {
            folders[kind] = try AtomicFolder(path: "\(folder)/\(kind.rawValue.lowercased())")
        }
        self.folders = folders
    }

    /// Every object; throws `corrupted` with the file's name when one can't be read, for an object that is left out
    /// silently would take its rules with it.
    func readAll() throws(StoreFailure) -> [Resource] {
        var resources: [Resource] = []
        for (kind, folder) in folders.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            for name in try folder.names() { resources.append(try read(name, of: kind, in: folder)) }
        }
        return resources
    }

    func write(_ resource: Resource) throws(StoreFailure) {
        let text: String
        do {
            text = try ManifestEncoder().json(resource)
        } catch {
            throw .refused(resource.key, error.description)
        }
        guard text.utf8.count <= Self.maximumBytes else {
            throw .refused(
                resource.key, "\(text.utf8.count) bytes as JSON; at most \(Self.maximumBytes) are kept, use fewer rules"
            )
        }
        try folder(of: resource.key).replace(Self.fileName(resource.key), with: Array(text.utf8))
    }

    func remove(_ key: ResourceKey) throws(StoreFailure) {
        try folder(of: key).remove(Self.fileName(key))
    }

    private func read(_ name: String, of kind: ResourceKind, in folder: AtomicFolder) throws(StoreFailure) -> Resource {
        let data = try folder.read(name)
        let resource: Resource
        do {
            resource = try JSONDecoder().decode(Resource.self, from: data)
        } catch {
            throw Self.corrupted(folder.file(name), "it is no \(kind.rawValue) of this version")
        }
        guard resource.kind == kind, Self.fileName(resource.key) == name else {
            throw Self.corrupted(folder.file(name), "it holds \(resource.key)")
        }
        return resource
    }

    private func folder(of key: ResourceKey) throws(StoreFailure) -> AtomicFolder {
        guard NameRules.label(key.name) == nil, let folder = folders[key.kind] else {
            throw .refused(key, "metadata.name is no DNS label")
        }
        return folder
    }

    private static func fileName(_ key: ResourceKey) -> String { "\(key.name).json" }

    private static func corrupted(_ file: String, _ reason: String) -> StoreFailure {
        .corrupted(
            "\(file) is damaged: \(reason). Put a backup in its place, or move it away and apply its manifest again")
    }
}
