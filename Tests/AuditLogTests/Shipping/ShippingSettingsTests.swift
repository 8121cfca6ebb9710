import AuditLog
import Foundation
import PalanaCore
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(2))) struct ShippingSettingsTests {
    @Test(arguments: [
        "", "collector:4318", "ftp://collector", "https://", "https://user:pw@collector", "https://collector?token=1",
        "https://collector/#x", "https://collector/v1/logs", "not a url",
    ])
    func `an endpoint that is none is refused without its user and password`(endpoint: String) {
        let failure = #expect(throws: AuditFailure.self) { try ShippingConfiguration(endpoint: endpoint) }
        #expect(failure?.reason.contains("pw") == false)
    }

    @Test(arguments: [
        "https://collector", "https://collector:4318/", "http://collector.logs.svc:4318", "https://[::1]/otlp",
    ])
    func `an endpoint is taken as it is`(endpoint: String) throws {
        #expect(try ShippingConfiguration(endpoint: endpoint).endpoint == endpoint)
    }

    @Test func `headers go out over TLS or on this machine only`() throws {
        #expect(throws: AuditFailure.self) {
            try ShippingConfiguration(endpoint: "http://collector:4318", headersFile: "/headers")
        }
        _ = try ShippingConfiguration(endpoint: "http://127.0.0.1:4318", headersFile: "/headers")
        _ = try ShippingConfiguration(endpoint: "https://collector", headersFile: "/headers")
    }

    @Test func `headers come from a file and are read again as it changes`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        let file = fixture.folder.path + "/headers"
        let headers = "# of the receiver\nAuthorization: Bearer one\r\n\nX-Scope-OrgID:team a\n"
        try fixture.replace(file, with: Array(headers.utf8))
        try await OTLPReceiver.serve { receiver, endpoint in
            try await log.ship(to: endpoint, headersFile: file) { shipper in
                try await eventually("a request is there") { !receiver.taken.isEmpty }
                try fixture.replace(file, with: Array("Authorization: Bearer two".utf8))
                try await log.record(.sample())
                try await eventually("all is acknowledged") { shipper.status.waiting == 0 }
            }
            func values(_ name: String) -> [[String]] {
                receiver.taken.map { $0.headers.filter { $0.name.lowercased() == name }.map(\.value) }
            }
            #expect(values("authorization").first == ["Bearer one"])
            #expect(values("x-scope-orgid").first == ["team a"])
            #expect(values("authorization").last == ["Bearer two"])
        }
        try log.close()
    }

    @Test(arguments: [
        "secret", "A B: secret", "A: ", ": secret", "Content-Type: secret", "A: secret\u{1}", "A: sécret",
    ])
    func `a header that is none is refused by its place, without its text`(line: String) throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        let file = fixture.folder.path + "/headers"
        try fixture.replace(file, with: Array("A: b\n\(line)\n".utf8))
        let configuration = try ShippingConfiguration(endpoint: "https://collector", headersFile: file)
        let failure = #expect(throws: AuditFailure.self) {
            try AuditShipper(configuration, of: log, logger: AuditFixture.quiet)
        }
        #expect(failure?.reason.contains("\(file):2:") == true)
        #expect(failure?.reason.contains("secret") == false && failure?.reason.contains("sécret") == false)
        try log.close()
    }

    @Test func `the receiver's certificate is checked against the authority that is given`() async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        let authority = try TestAuthority(name: "receivers")
        let file = fixture.folder.path + "/ca.pem"
        try fixture.replace(file, with: Array(authority.certificatePEM.utf8))
        try await OTLPReceiver.serve(identity: try authority.issue("collector")) { receiver, endpoint in
            try await log.ship(to: endpoint) { shipper in
                try await eventually("it is told") { shipper.status.problem?.contains("isn't trusted") == true }
                #expect(receiver.seen == 0)
            }
            try await log.ship(to: endpoint, authorityFile: file) { shipper in
                try await eventually("all is acknowledged") { shipper.status.waiting == 0 }
            }
            try fixture.check(receiver)
        }
        try log.close()
    }

    @Test func `an authority that is none is refused`() throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        let log = try fixture.open()
        let configuration = try ShippingConfiguration(endpoint: "https://collector", authorityFile: "/nowhere.pem")
        #expect(throws: AuditFailure.self) {
            try AuditShipper(configuration, of: log, logger: AuditFixture.quiet)
        }
        try log.close()
    }
}
