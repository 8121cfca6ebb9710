public import Foundation
public import PalanaCore

/// One record as people ask for it: the columns of `audit tail` and `audit query`. All texts were made harmless when
/// the record was written.
public struct AuditRow: Hashable, Sendable, Codable {
    public var replica: String
    public var sequence: Int
    public var time: Date
    public var kind: String
    public var action: String
    public var outcome: String
    public var severity: Int?
    public var agent: String?
    public var agentName: String?
    public var owner: String?
    public var actor: String?
    public var method: String?
    public var scheme: String?
    public var host: String?
    public var port: Int?
    public var path: String?
    public var status: Int?
    public var code: String?
    public var rule: String?
    public var reason: String?
    public var decisionID: String?
    public var secrets: [String]
    public var resource: String?
    public var bytesSent: Int?
    public var bytesReceived: Int?
    /// Milliseconds.
    public var duration: Double?
    public var detail: String?

    /// - Parameter line: a line of an audit file; throws when it is none.
    public init(line: some DataProtocol) throws(AuditFailure) {
        do {
            self.init(try JSONDecoder().decode(RowLine.self, from: Data(line)))
        } catch {
            throw AuditFailure("A line of the audit log can't be read: \(error)")
        }
    }

    private init(_ line: RowLine) {
        let palana = line.unmapped.palana
        replica = line.unmapped.chain.replica
        sequence = line.unmapped.chain.seq
        time = Date(timeIntervalSince1970: Double(line.time) / 1000)
        kind = palana.kind
        action = palana.action
        outcome = palana.outcome
        severity = line.severity_id
        agent = palana.agent
        agentName = palana.agent_name
        owner = palana.owner
        actor = palana.actor
        method = line.http_request?.http_method
        scheme = line.http_request?.url?.scheme
        host = line.http_request?.url?.hostname ?? line.dst_endpoint?.hostname
        port = line.http_request?.url?.port ?? line.dst_endpoint?.port
        path = line.http_request?.url?.path
        status = line.http_response?.code
        code = line.status_code
        rule = line.firewall_rule?.name
        reason = line.status_detail
        decisionID = line.metadata.correlation_uid
        secrets = palana.secrets ?? []
        resource = palana.resource
        bytesSent = line.traffic?.bytes_out
        bytesReceived = line.traffic?.bytes_in
        duration = palana.duration_us.map { Double($0) / 1000 }
        detail = palana.detail
    }
}

/// As much of a line as a row needs, named as OCSF names it.
private struct RowLine: Decodable {
    struct Metadata: Decodable {
        var correlation_uid: String?
    }

    struct Request: Decodable {
        struct URL: Decodable {
            var scheme: String?
            var hostname: String?
            var port: Int?
            var path: String?
        }

        var http_method: String?
        var url: URL?
    }

    struct Response: Decodable {
        var code: Int?
    }

    struct Endpoint: Decodable {
        var hostname: String?
        var port: Int?
    }

    struct Rule: Decodable {
        var name: String?
    }

    struct Traffic: Decodable {
        var bytes_in: Int?
        var bytes_out: Int?
    }

    struct Unmapped: Decodable {
        struct Chain: Decodable {
            var replica: String
            var seq: Int
        }

        struct Palana: Decodable {
            var action: String
            var kind: String
            var outcome: String
            var actor: String?
            var agent: String?
            var agent_name: String?
            var owner: String?
            var secrets: [String]?
            var resource: String?
            var duration_us: Int?
            var detail: String?
        }

        var chain: Chain
        var palana: Palana
    }

    var time: Int
    var severity_id: Int?
    var status_code: String?
    var status_detail: String?
    var metadata: Metadata
    var http_request: Request?
    var http_response: Response?
    var dst_endpoint: Endpoint?
    var firewall_rule: Rule?
    var traffic: Traffic?
    var unmapped: Unmapped
}
