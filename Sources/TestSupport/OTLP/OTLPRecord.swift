import Foundation

/// One log record as a strict receiver reads it.
public struct OTLPRecord: Hashable, Sendable {
    public var replica: String
    public var sequence: Int
    public var seal: String
    /// The body: one line of an audit file.
    public var line: String
    public var severityNumber: Int
    public var severityText: String

    /// What is wrong with a request.
    struct Complaint: Error, CustomStringConvertible {
        var description: String
    }

    /// The records of a request; throws at the first thing that isn't as it should be.
    static func parse(_ request: APIServerStub.Request) throws -> [OTLPRecord] {
        try expect(request.method == "POST" && request.path == "/v1/logs", "\(request.method) \(request.path)")
        try expect(request.header("Content-Type") == ["application/json"], "\(request.header("Content-Type"))")
        try expect(request.header("Content-Encoding").isEmpty, "an encoded body")
        let root = try JSONNode(try JSONSerialization.jsonObject(with: request.body), "request")
        let resourceLogs = try root.only(["resourceLogs"]).list("resourceLogs")
        return try resourceLogs.flatMap { try logs(of: $0.only(["resource", "scopeLogs"])) }
    }

    private static func logs(of node: JSONNode) throws -> [OTLPRecord] {
        let resource = try node.object("resource").only(["attributes"]).attributes()
        try expect(
            Set(resource.keys) == ["service.name", "service.instance.id", "palana.audit.keys"], "\(resource.keys)")
        let name = try resource["service.name"]?.text("stringValue")
        try expect(name == "palana", "service.name \(name ?? "-")")
        let replica = try resource["service.instance.id"]?.text("stringValue") ?? ""
        for key in try resource["palana.audit.keys"]?.object("arrayValue").list("values") ?? [] {
            try expect(try key.text("stringValue").hasPrefix("-----BEGIN PUBLIC KEY-----"), "a key that is no PEM")
        }
        return try node.list("scopeLogs").flatMap { scope in
            let scope = try scope.only(["scope", "logRecords"])
            let name = try scope.object("scope").only(["name"]).text("name")
            try expect(name == "palana.audit", "scope \(name)")
            return try scope.list("logRecords").map { try OTLPRecord($0, of: replica) }
        }
    }

    private init(_ node: JSONNode, of instance: String) throws {
        let node = try node.only([
            "timeUnixNano", "observedTimeUnixNano", "severityNumber", "severityText", "body", "attributes",
        ])
        for key in ["timeUnixNano", "observedTimeUnixNano"] {
            let text = try node.text(key)
            // From 2001 to 2286: a number of nanoseconds, not of anything else.
            try Self.expect(text.count == 19 && UInt64(text) != nil, "\(key) \(text)")
        }
        severityNumber = try node.number("severityNumber")
        severityText = try node.text("severityText")
        try Self.expect((1...24).contains(severityNumber), "severityNumber \(severityNumber)")
        line = try node.object("body").only(["stringValue"]).text("stringValue")
        let attributes = try node.attributes()
        try Self.expect(
            Set(attributes.keys) == ["palana.audit.replica", "palana.audit.sequence", "palana.audit.seal"],
            "\(attributes.keys)")
        replica = try attributes["palana.audit.replica"]?.text("stringValue") ?? ""
        seal = try attributes["palana.audit.seal"]?.text("stringValue") ?? ""
        sequence = Int(try attributes["palana.audit.sequence"]?.text("intValue") ?? "") ?? 0
        try check(againstLine: instance)
    }

    private func check(againstLine instance: String) throws {
        let unmapped = try JSONNode(try JSONSerialization.jsonObject(with: Data(line.utf8)), "line").object("unmapped")
        let chain = try unmapped.object("chain")
        try Self.expect(!line.contains("\n"), "a body of several lines")
        try Self.expect(try unmapped.text("seal") == seal && seal.count == 64, "a seal that isn't the line's")
        try Self.expect(try chain.number("seq") == sequence, "a sequence that isn't the line's")
        try Self.expect(try chain.text("replica") == replica && replica == instance, "another replica's line")
    }

    private static func expect(_ isRight: Bool, _ found: String) throws {
        guard isRight else { throw Complaint(description: "not expected: \(found)") }
    }
}

/// A JSON object that complains with its name about what it lacks or has too much.
private struct JSONNode {
    private let members: [String: Any]
    private let name: String

    init(_ value: Any, _ name: String) throws {
        guard let members = value as? [String: Any] else {
            throw OTLPRecord.Complaint(description: "\(name) is no object")
        }
        self.members = members
        self.name = name
    }

    /// Itself, if it has no other members.
    func only(_ keys: Set<String>) throws -> JSONNode {
        let others = Set(members.keys).subtracting(keys)
        guard others.isEmpty else {
            throw OTLPRecord.Complaint(description: "\(name) has \(others.sorted().joined(separator: ", "))")
        }
        return self
    }

    private func member<Value>(_ key: String, as kind: Value.Type) throws -> Value {
        guard let value = members[key] as? Value else {
            throw OTLPRecord.Complaint(description: "\(name).\(key) is missing or no \(kind)")
        }
        return value
    }

    func text(_ key: String) throws -> String { try member(key, as: String.self) }
    func number(_ key: String) throws -> Int { try member(key, as: Int.self) }
    func object(_ key: String) throws -> JSONNode { try JSONNode(try member(key, as: [String: Any].self), key) }

    func list(_ key: String) throws -> [JSONNode] {
        let items = try member(key, as: [Any].self)
        guard !items.isEmpty else { throw OTLPRecord.Complaint(description: "\(name).\(key) is empty") }
        return try items.map { try JSONNode($0, key) }
    }

    /// Each once.
    func attributes() throws -> [String: JSONNode] {
        var found: [String: JSONNode] = [:]
        for item in try list("attributes") {
            let item = try item.only(["key", "value"])
            let value = try item.object("value").only(["stringValue", "intValue", "arrayValue"])
            guard value.members.count == 1, found.updateValue(value, forKey: try item.text("key")) == nil else {
                throw OTLPRecord.Complaint(description: "\(name).attributes has something twice")
            }
        }
        return found
    }
}
