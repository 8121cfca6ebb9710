internal import KubernetesClient

/// Reading and changing parts of an object that is known by its JSON alone.
extension JSONValue {
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    /// The elements of the list `name`; none when there is no such list.
    func items(_ name: String) -> [JSONValue] {
        guard case .array(let items)? = self[name] else { return [] }
        return items
    }

    /// Whether this is a mount at `path`, however it is spelled.
    func mounts(_ path: String) -> Bool {
        guard let text = self["mountPath"]?.text else { return false }
        return MountPath.normalised(text) == path
    }

    /// Writes `value` where there is nothing, making the objects on the way. What has another shape stays as it is, for
    /// the rules to refuse.
    mutating func setDefault(_ value: JSONValue, at path: [String]) {
        guard let name = path.first else { return }
        let rest = Array(path.dropFirst())
        if rest.isEmpty {
            if self[name] == nil || self[name] == .null { self[name] = value }
            return
        }
        var child = self[name] ?? .null
        if child == .null { child = .object([:]) }
        child.setDefault(value, at: rest)
        self[name] = child
    }

    /// Changes what stands at `path`, if there is something.
    mutating func update(_ path: [String], _ change: (inout JSONValue) -> Void) {
        guard let name = path.first else { return change(&self) }
        guard var child = self[name] else { return }
        child.update(Array(path.dropFirst()), change)
        self[name] = child
    }

    /// Changes each element of the list `name`.
    mutating func updateItems(_ name: String, _ change: (inout JSONValue) -> Void) {
        guard case .array(var items)? = self[name] else { return }
        for index in items.indices { change(&items[index]) }
        self[name] = .array(items)
    }

    /// Takes out the elements of the list `name` that aren't kept.
    mutating func filterItems(_ name: String, _ isKept: (JSONValue) -> Bool) {
        guard case .array(let items)? = self[name] else { return }
        self[name] = .array(items.filter(isKept))
    }

    /// Adds an element to the list `name` unless one of the same name is there.
    mutating func addItem(_ item: JSONValue, to name: String) {
        let items = items(name)
        guard !items.contains(where: { $0["name"] == item["name"] }) else { return }
        self[name] = .array(items + [item])
    }
}

/// Paths in a container, compared as the kernel will see them.
enum MountPath {
    /// Without doubled, trailing and `.` parts; a `..` takes its parent away.
    static func normalised(_ path: String) -> String {
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// Whether one of the two is the other or stands in it.
    static func overlap(_ left: String, _ right: String) -> Bool {
        let (left, right) = (normalised(left), normalised(right))
        return left == right || left.hasPrefix(right == "/" ? "/" : right + "/")
            || right.hasPrefix(left == "/" ? "/" : left + "/")
    }
}
