import AuditLog
import Foundation
import Logging
import PalanaCore
import Testing

/// A folder of its own for one test, and shortcuts to write and verify in it.
struct AuditFixture {
    let folder: AuditFolder
    var configuration: AuditConfiguration

    init(at path: String? = nil, _ change: (inout AuditConfiguration) -> Void = { _ in }) {
        let name = String(UInt32.random(in: .min ... .max), radix: 36)
        folder = AuditFolder(path ?? "/tmp/p-audit-\(name)")
        configuration = AuditConfiguration(folder: folder, mapping: OCSFMapping(productVersion: "0.0.0-test"))
        configuration.reserveBytes = 0
        change(&configuration)
    }

    func remove() {
        do {
            try FileManager.default.removeItem(atPath: folder.path)
        } catch {
            Issue.record("\(folder.path) can't be removed: \(error)")
        }
    }

    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    func open() throws(AuditFailure) -> AuditLog {
        try AuditLog(configuration, logger: Self.quiet)
    }

    /// Opens, records, closes.
    func write(_ events: [AuditEvent]) async throws {
        let log = try open()
        for event in events { try await log.record(event) }
        try log.close()
    }

    func verify(head: ChainHash? = nil) throws -> AuditVerification {
        try AuditVerifier(
            keys: folder.publishedKeys(), anchor: head, checkpointEvery: configuration.checkpointEvery
        ).verify(folder)
    }

    /// Names and content of all audit files, in order.
    var files: [(path: String, bytes: [UInt8])] {
        get throws {
            try folder.segments().map { name in
                let path = folder.path + "/" + name.fileName
                return (path, Array(try Data(contentsOf: URL(filePath: path))))
            }
        }
    }

    /// All lines of all files, as JSON objects.
    var records: [[String: Any]] {
        get throws {
            try files.flatMap { file in
                try file.bytes.split(separator: 0x0A).map { line in
                    try #require(try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any])
                }
            }
        }
    }

    /// `unmapped.palana.action` of all lines.
    var actions: [String] {
        get throws {
            try records.map { record in
                let unmapped = try #require(record["unmapped"] as? [String: Any])
                let palana = try #require(unmapped["palana"] as? [String: Any])
                return try #require(palana["action"] as? String)
            }
        }
    }

    func replace(_ path: String, with bytes: some Sequence<UInt8>) throws {
        try Data(bytes).write(to: URL(filePath: path))
    }
}

extension AuditEvent {
    /// One allowed request.
    static func sample(_ number: Int = 0, host: String = "api.example.com") -> AuditEvent {
        var event = AuditEvent(kind: .decision, action: "egress", outcome: .allowed)
        event.agent = AgentID(rawValue: "agent-alice-demo-0123456789")
        event.agentName = "demo"
        event.owner = "alice@example.com"
        event.decisionID = .random()
        event.scheme = "https"
        event.method = "GET"
        event.host = host
        event.port = 443
        event.path = "/items/\(number)"
        event.headerNames = ["accept", "authorization", "user-agent"]
        event.rule = "spec.egress.allow[0]"
        event.policyRevision = "sha256:0000"
        event.secrets = ["API_KEY@header"]
        event.sni = host
        return event
    }
}
