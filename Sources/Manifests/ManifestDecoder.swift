internal import Foundation
internal import PalanaCore

/// Reads YAML and JSON (one or many documents) into the kinds. Strict: an unknown field, a wrong type, a key given
/// twice or an object given twice is refused, all of them at once. What the values mean is checked by
/// `ResourceValidator`.
public struct ManifestDecoder: Sendable {
    public var limits: ManifestLimits

    public init(limits: ManifestLimits = ManifestLimits()) {
        self.limits = limits
    }

    /// - Parameter source: what messages call the input: a file's name or `stdin`.
    /// - Returns: at least one manifest, in the order of the input.
    public func decode(_ bytes: some Sequence<UInt8>, source: String) throws(ManifestFailure) -> [Manifest] {
        let reader = YAMLReader(source: source, limits: limits)
        let documents = try reader.documents(in: Array(bytes))
        guard !documents.isEmpty else {
            throw failure(source, "nothing in it; give at least one document with apiVersion, kind, metadata and spec")
        }
        var manifests: [Manifest] = []
        var problems: [ManifestProblem] = []
        for document in documents {
            do throws(ManifestFailure) {
                manifests.append(try manifest(from: document, source: source))
            } catch {
                problems += error.problems
            }
        }
        problems += Self.repeatedNames(in: manifests)
        guard problems.isEmpty else { throw ManifestFailure(problems: problems) }
        return manifests
    }

    /// Several inputs as one: an object may be given once in all of them.
    public static func repeatedNames(in manifests: [Manifest]) -> [ManifestProblem] {
        var first: [ResourceKey: Manifest] = [:]
        return manifests.compactMap { manifest in
            guard let other = first.updateValue(manifest, forKey: manifest.resource.key) else { return nil }
            first[manifest.resource.key] = other
            let place = other.source == manifest.source ? "line \(other.line)" : "\(other.source):\(other.line)"
            return ManifestProblem(
                source: manifest.source, line: manifest.line, path: "metadata.name",
                problem: "\(manifest.resource.key) is already given in \(place); keep one of them")
        }
    }

    private func manifest(from document: ManifestNode, source: String) throws(ManifestFailure) -> Manifest {
        let kind = try DocumentHeader(source: source).kind(of: document)
        var checker = SchemaChecker(source: source)
        let value = checker.value(document, .object(.of(kind)), at: "")
        guard checker.problems.isEmpty, let value else { throw ManifestFailure(problems: checker.problems) }
        do {
            let resource = try JSONDecoder().decode(Resource.self, from: Data(value.text().utf8))
            return Manifest(resource: resource, source: source, line: document.line)
        } catch {
            let problem = "can't be read as \(kind.rawValue): \(error)"
            throw ManifestFailure(problems: [ManifestProblem(source: source, line: document.line, problem: problem)])
        }
    }

    private func failure(_ source: String, _ problem: String) -> ManifestFailure {
        ManifestFailure(problems: [ManifestProblem(source: source, problem: problem)])
    }
}
