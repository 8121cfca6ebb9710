import Foundation
import PalanaCore
import Testing

@Suite struct OCSFRecordTests {
    @Test func `a decision becomes an HTTP Activity record with everything in its place`() throws {
        var event = AuditEvent(
            kind: .decision, action: "egress", outcome: .denied, time: Date(timeIntervalSince1970: 1.5))
        event.agent = AgentID(rawValue: "agent-alice-demo-0123456789")
        event.agentName = "demo"
        event.owner = "alice@example.com"
        event.decisionID = DecisionID(rawValue: "d1")
        (event.scheme, event.method, event.host, event.port, event.path) = (
            "https", "POST", "api.example.com", 443, "/a/b"
        )
        event.code = .foreignCredential
        event.rule = "default"
        event.status = 403
        event.bytesSent = 7
        event.duration = 1.25
        let record = try object(of: event)
        #expect(record["class_uid"] as? Int == 4002)
        #expect(record["category_uid"] as? Int == 4)
        #expect(record["activity_id"] as? Int == 6)
        #expect(record["type_uid"] as? Int == 400_206)
        #expect(record["severity_id"] as? Int == 4)
        #expect(record["status_id"] as? Int == 2)
        #expect(record["status_code"] as? String == "foreign_credential")
        #expect(record["action_id"] as? Int == 2)
        #expect(record["disposition_id"] as? Int == 2)
        #expect(record["time"] as? Int == 1_500)
        #expect(record["duration"] as? Int == 1)
        #expect(try at("metadata.version", record) as? String == OCSFClass.schemaVersion)
        #expect(try at("metadata.product.version", record) as? String == "1.2.3")
        #expect(try at("metadata.uid", record) as? String == "uid-1")
        #expect(try at("actor.app_uid", record) as? String == "agent-alice-demo-0123456789")
        #expect(try at("actor.user.name", record) as? String == "alice@example.com")
        #expect(try at("http_request.http_method", record) as? String == "POST")
        #expect(try at("http_request.url.hostname", record) as? String == "api.example.com")
        #expect(try at("http_request.url.port", record) as? Int == 443)
        #expect(try at("http_request.url.path", record) as? String == "/a/b")
        #expect(try at("http_request.url.scheme", record) as? String == "https")
        #expect(try at("http_response.code", record) as? Int == 403)
        #expect(try at("dst_endpoint.hostname", record) as? String == "api.example.com")
        #expect(try at("traffic.bytes_out", record) as? Int == 7)
        #expect(try at("firewall_rule.name", record) as? String == "default")
        #expect(try at("palana.duration_us", record) as? Int == 1_250)
    }

    private func at(_ path: String, _ record: [String: Any]) throws -> Any? {
        var value: Any? = record
        for key in path.split(separator: ".") { value = try #require(value as? [String: Any])[String(key)] }
        return value
    }

    private func object(of event: AuditEvent) throws -> [String: Any] {
        let record = OCSFMapping(productVersion: "1.2.3").record(of: event, uid: "uid-1")
        var members = record.attributes
        members.set("palana", record.palana)
        var bytes: [UInt8] = []
        members.write(to: &bytes)
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    /// Kind, method (`-` for none), action, class, activity.
    private static let classes: [(AuditEvent.Kind, String, String, Int, Int)] = [
        (.decision, "GET", "egress", 4002, 3), (.completion, "PATCH", "egress", 4002, 9),
        (.decision, "CONNECT", "connect", 4002, 1), (.decision, "BREW", "egress", 4002, 99),
        (.completion, "-", "egress", 4001, 1), (.connection, "-", "connect", 4001, 1),
        (.lifecycle, "-", "created", 6002, 1), (.lifecycle, "-", "killed", 6002, 4),
        (.lifecycle, "-", "pondered", 6002, 99),
        (.platform, "-", "restarted", 6002, 5), (.secret, "-", "added", 6003, 1), (.secret, "-", "read", 6003, 2),
        (.secret, "-", "rotated", 6003, 3), (.secret, "-", "removed", 6003, 4), (.policy, "-", "accepted", 6003, 3),
    ]

    @Test(arguments: classes)
    func `each kind of event has its class and activity`(
        kind: AuditEvent.Kind, method: String, action: String, classUID: Int, activity: Int
    ) throws {
        var event = AuditEvent(kind: kind, action: action, outcome: .allowed)
        event.method = method == "-" ? nil : method
        let record = try object(of: event)
        #expect(record["class_uid"] as? Int == classUID)
        #expect(record["activity_id"] as? Int == activity)
        #expect(record["category_uid"] as? Int == classUID / 1000)
        #expect((record["activity_name"] as? String) == (activity == 99 ? action : nil))
    }

    @Test func `a secret's change says which secret, which call and who`() throws {
        var event = AuditEvent(kind: .secret, action: "rotated", outcome: .succeeded)
        event.actor = "alice"
        event.secrets = ["API_KEY"]
        let record = try object(of: event)
        #expect(try at("actor.user.name", record) as? String == "alice")
        #expect(try at("api.operation", record) as? String == "secret.rotated")
        let resources = try #require(record["resources"] as? [[String: Any]])
        #expect(resources.compactMap { $0["name"] as? String } == ["API_KEY"])
        #expect(record["action_id"] == nil)
    }

    @Test func `a duration that is no number and a time that no clock shows break nothing`() throws {
        for value in [Double.nan, .infinity, -.infinity, 1e300] {
            var event = AuditEvent(
                kind: .decision, action: "egress", outcome: .allowed, time: Date(timeIntervalSince1970: value))
            event.duration = value
            #expect(try object(of: event)["time"] as? Int == 0)
        }
    }
}
