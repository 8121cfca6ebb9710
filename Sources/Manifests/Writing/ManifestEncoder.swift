internal import Foundation
public import PalanaCore

/// Writes objects as YAML or JSON with the fields in the order of their schema, so that the same object is the same
/// text.
public struct ManifestEncoder: Sendable {
    public init() {}

    /// One JSON object, indented, with a line break at the end.
    public func json(_ resource: Resource) throws(ManifestFailure) -> String {
        try ordered(resource).text(indent: 2) + "\n"
    }

    /// A list as `kubectl get -o json` has it: `{"apiVersion", "kind": "List", "items"}`.
    public func json(list resources: [Resource]) throws(ManifestFailure) -> String {
        var items: [JSONValue] = []
        for resource in resources { items.append(try ordered(resource)) }
        let list = JSONValue.object([
            .init(name: "apiVersion", value: .text(APIVersion.current)),
            .init(name: "kind", value: .text("List")),
            .init(name: "items", value: .list(items)),
        ])
        return list.text(indent: 2) + "\n"
    }

    /// One YAML document each, separated by `---`; can be read back with `ManifestDecoder`.
    public func yaml(_ resources: [Resource]) throws(ManifestFailure) -> String {
        var documents: [JSONValue] = []
        for resource in resources { documents.append(try ordered(resource)) }
        return try YAMLWriter().text(of: documents)
    }

    func ordered(_ resource: Resource) throws(ManifestFailure) -> JSONValue {
        do {
            let data = try JSONEncoder().encode(resource)
            let plain = try JSONDecoder().decode(UnorderedJSON.self, from: data)
            return plain.ordered(by: .object(.of(resource.kind)))
        } catch {
            throw ManifestFailure(
                problems: [ManifestProblem(source: "\(resource.key)", problem: "can't be written: \(error)")])
        }
    }
}
