internal import PalanaCore
internal import Yams

/// Copies the YAML parser's nodes, counting them, so that followed aliases can't grow without bound.
struct NodeBuilder {
    var source: String
    var limits: ManifestLimits
    private var count = 0

    init(source: String, limits: ManifestLimits) {
        self.source = source
        self.limits = limits
    }

    /// - Parameter depth: how many lists and mappings are around the node.
    mutating func node(from node: Node, depth: Int = 0) throws(ManifestFailure) -> ManifestNode {
        let line = node.mark?.line ?? 1
        count += 1
        guard count <= limits.nodes else {
            throw failure(line, "more than \(limits.nodes) values in one input, split it")
        }
        guard depth <= limits.depth else { throw failure(line, "nested more than \(limits.depth) levels deep") }
        switch node {
        case .scalar(let scalar):
            try checkTag(scalar.tag.rawValue, line: line)
            return ManifestNode(content: .scalar(scalar.string, isQuoted: isText(scalar)), line: line)
        case .sequence(let sequence):
            var items: [ManifestNode] = []
            for item in sequence { items.append(try self.node(from: item, depth: depth + 1)) }
            return ManifestNode(content: .list(items), line: line)
        case .mapping(let mapping):
            return ManifestNode(content: .mapping(try pairs(of: mapping, depth: depth)), line: line)
        case .alias:
            throw failure(line, "an alias that can't be followed")
        }
    }

    private mutating func pairs(
        of mapping: Node.Mapping, depth: Int
    ) throws(ManifestFailure) -> [(key: ManifestNode, value: ManifestNode)] {
        var pairs: [(key: ManifestNode, value: ManifestNode)] = []
        for (key, value) in mapping {
            pairs.append((try node(from: key, depth: depth + 1), try node(from: value, depth: depth + 1)))
        }
        return pairs
    }

    private func isText(_ scalar: Node.Scalar) -> Bool {
        scalar.style != .plain || scalar.tag.rawValue == "tag:yaml.org,2002:str"
    }

    private func checkTag(_ tag: String, line: Int) throws(ManifestFailure) {
        guard ["", "!", "tag:yaml.org,2002:str"].contains(tag) else {
            throw failure(line, "the tag \(ShownText.quoted(tag)) is not supported; leave it out")
        }
    }

    private func failure(_ line: Int, _ problem: String) -> ManifestFailure {
        ManifestFailure(problems: [ManifestProblem(source: source, line: line, problem: problem)])
    }
}
