internal import PalanaCore

/// Finds out what a document is before anything else in it is looked at.
struct DocumentHeader {
    var source: String

    func kind(of document: ManifestNode) throws(ManifestFailure) -> ResourceKind {
        guard case .mapping(let pairs) = document.content else {
            throw failure(
                document, "", "must be a mapping with apiVersion, kind, metadata and spec, not \(document.noun)")
        }
        let version = try value("apiVersion", of: pairs, in: document, hint: APIVersion.current)
        guard version.text == APIVersion.current else {
            throw failure(
                version.node, "apiVersion", "\(ShownText.quoted(version.text)): must be \(APIVersion.current)")
        }
        let names = ResourceKind.allCases.map(\.rawValue)
        let kind = try value("kind", of: pairs, in: document, hint: names.joined(separator: ", "))
        guard let known = ResourceKind(rawValue: kind.text) else {
            throw failure(kind.node, "kind", unknownKind(kind.text, names))
        }
        return known
    }

    private func unknownKind(_ kind: String, _ names: [String]) -> String {
        let near = NearestName.of(kind, among: names).map { "; did you mean `\($0)`?" } ?? ""
        return "\(ShownText.quoted(kind)): must be one of \(names.joined(separator: ", "))\(near)"
    }

    private func value(
        _ name: String, of pairs: [(key: ManifestNode, value: ManifestNode)], in document: ManifestNode, hint: String
    ) throws(ManifestFailure) -> (text: String, node: ManifestNode) {
        for pair in pairs {
            guard case .scalar(name, _) = pair.key.content else { continue }
            guard case .scalar(let text, _) = pair.value.content, !pair.value.isNull else { break }
            return (text, pair.value)
        }
        throw failure(document, name, "missing; write `\(name): \(hint)`")
    }

    private func failure(_ node: ManifestNode, _ path: String, _ problem: String) -> ManifestFailure {
        ManifestFailure(
            problems: [ManifestProblem(source: source, line: node.line, path: path, problem: problem)])
    }
}
