internal import Yams

/// Reads YAML or JSON text into documents of nodes, within limits. Knows nothing about the kinds.
struct YAMLReader {
    var source: String
    var limits: ManifestLimits

    /// The documents that hold anything.
    func documents(in bytes: [UInt8]) throws(ManifestFailure) -> [ManifestNode] {
        let text = try checkedText(bytes)
        let roots = try parse(JSONEscapes.looksLikeJSON(text) ? JSONEscapes.joiningSurrogates(text) : text)
        var builder = NodeBuilder(source: source, limits: limits)
        var documents: [ManifestNode] = []
        for root in roots {
            let document = try builder.node(from: root)
            if !document.isNull { documents.append(document) }
        }
        return documents
    }

    private func checkedText(_ bytes: [UInt8]) throws(ManifestFailure) -> String {
        guard bytes.count <= limits.bytes else {
            throw failure("\(bytes.count) bytes; at most \(limits.bytes) are read from one input, split it")
        }
        guard var text = String(validating: bytes, as: UTF8.self) else { throw failure("not UTF-8 text") }
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        let scan = AliasScan(bytes)
        guard scan.anchors == 0 || scan.aliases <= limits.aliases else {
            throw failure("more than \(limits.aliases) aliases (`*name`); write the values out")
        }
        return text
    }

    private func parse(_ text: String) throws(ManifestFailure) -> [Node] {
        do {
            let parser = try Parser(yaml: text, resolver: .basic, encoding: .utf8)
            var roots: [Node] = []
            while let root = try parser.nextRoot() {
                roots.append(root)
                guard roots.count <= limits.documents else {
                    throw failure("more than \(limits.documents) documents in one input, split it")
                }
            }
            return roots
        } catch let known as ManifestFailure {
            throw known
        } catch {
            throw ManifestFailure(problems: [YAMLProblem.describe(error, source: source)])
        }
    }

    private func failure(_ problem: String) -> ManifestFailure {
        ManifestFailure(problems: [ManifestProblem(source: source, problem: problem)])
    }
}
