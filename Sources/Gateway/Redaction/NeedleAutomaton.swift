/// Finds many needles at once in one pass (Aho and Corasick, 1975): a tree of the needles' prefixes, where each node
/// knows the longest other prefix that its text ends with. About 20 bytes a node, one node a needle's byte at most.
struct NeedleAutomaton: Sendable {
    typealias Node = Int32
    static let root: Node = 0

    private let rootNext: [Node]
    private let byte: [UInt8]
    private let firstChild: [Node]
    private let nextSibling: [Node]
    private let fallback: [Node]
    /// How many bytes of a needle are read at this node.
    let depth: [Int32]
    /// The longest needle that ends here, -1 for none.
    let match: [Int32]
    let needles: [Needle]
    /// Bytes of the shortest needle; nil without any.
    let shortest: Int?

    init(_ needles: [Needle]) {
        var tree = Tree()
        for (index, needle) in needles.enumerated() { tree.insert(needle.bytes, Int32(index)) }
        tree.link()
        self.needles = needles
        shortest = needles.map(\.bytes.count).min()
        rootNext = tree.rootNext
        byte = tree.byte
        firstChild = tree.firstChild
        nextSibling = tree.nextSibling
        fallback = tree.fallback
        depth = tree.depth
        match = tree.match
    }

    @inline(__always)
    func startsNeedle(_ value: UInt8) -> Bool { rootNext[Int(value)] != Self.root }

    @inline(__always)
    func step(_ node: Node, _ value: UInt8) -> Node {
        var node = node
        while node != Self.root {
            var child = firstChild[Int(node)]
            while child != Self.root {
                if byte[Int(child)] == value { return child }
                child = nextSibling[Int(child)]
            }
            node = fallback[Int(node)]
        }
        return rootNext[Int(value)]
    }
}

extension NeedleAutomaton {
    private struct Tree {
        var rootNext = [Node](repeating: 0, count: 256)
        var byte: [UInt8] = [0]
        var firstChild: [Node] = [0]
        var nextSibling: [Node] = [0]
        var fallback: [Node] = [0]
        var depth: [Int32] = [0]
        var match: [Int32] = [-1]

        mutating func insert(_ bytes: [UInt8], _ needle: Int32) {
            var node: Node = 0
            for value in bytes { node = child(of: node, value) ?? add(value, below: node) }
            if node != 0, match[Int(node)] < 0 { match[Int(node)] = needle }
        }

        func child(of node: Node, _ value: UInt8) -> Node? {
            if node == 0 { return rootNext[Int(value)] == 0 ? nil : rootNext[Int(value)] }
            var child = firstChild[Int(node)]
            while child != 0 {
                if byte[Int(child)] == value { return child }
                child = nextSibling[Int(child)]
            }
            return nil
        }

        mutating func add(_ value: UInt8, below parent: Node) -> Node {
            let node = Node(byte.count)
            byte.append(value)
            firstChild.append(0)
            nextSibling.append(parent == 0 ? 0 : firstChild[Int(parent)])
            fallback.append(0)
            depth.append(depth[Int(parent)] + 1)
            match.append(-1)
            if parent == 0 { rootNext[Int(value)] = node } else { firstChild[Int(parent)] = node }
            return node
        }

        /// Breadth first: a node's fallback is nearer to the root and so already known.
        mutating func link() {
            var queue = rootNext.filter { $0 != 0 }
            var head = 0
            while head < queue.count {
                let node = queue[head]
                head += 1
                if match[Int(node)] < 0 { match[Int(node)] = match[Int(fallback[Int(node)])] }
                var child = firstChild[Int(node)]
                while child != 0 {
                    fallback[Int(child)] = target(from: fallback[Int(node)], byte[Int(child)])
                    queue.append(child)
                    child = nextSibling[Int(child)]
                }
            }
        }

        func target(from node: Node, _ value: UInt8) -> Node {
            var node = node
            while node != 0 {
                if let child = child(of: node, value) { return child }
                node = fallback[Int(node)]
            }
            return rootNext[Int(value)]
        }
    }
}
