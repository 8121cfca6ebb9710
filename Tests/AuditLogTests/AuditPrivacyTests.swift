import AuditLog
import Foundation
import PalanaCore
import Testing

/// What must never be in a record, and what must never act on whoever reads one.
@Suite struct AuditPrivacyTests {
    private static let secret = "FAKE-s3cr3t/+=%value"

    @Test func `no event, however it is filled, carries a known secret value into the files`() async throws {
        let fixture = AuditFixture {
            $0.mapping.mask = { AuditText.masking([Self.secret], in: $0) }
        }
        defer { fixture.remove() }
        var random = SystemRandomNumberGenerator()
        try await fixture.write((0..<500).map { _ in .random(seasonedWith: Self.secret, using: &random) })
        for (_, bytes) in try fixture.files {
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains("[secret]"))
            let leaked = holds(Array(Self.secret.utf8), in: bytes)
            #expect(!leaked)
        }
    }

    private func holds(_ value: [UInt8], in bytes: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0] == value[0] && bytes[$0...].starts(with: value) }
    }

    /// With an accent on the mark, Swift no longer takes it for the mark.
    @Test(arguments: ["", "\u{301}"])
    func `query values, header values and user info are cut off without any mask`(accent: String) async throws {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        var event = AuditEvent.sample()
        event.path = "/a?\(accent)key=\(Self.secret)#\(Self.secret)"
        event.queryKeys = ["key=\(accent)\(Self.secret)"]
        event.headerNames = ["authorization:\(accent) Bearer \(Self.secret)"]
        event.host = "user:\(Self.secret)@\(accent)api.example.com"
        event.connectAuthority = "user:\(Self.secret)@\(accent)api.example.com:443"
        try await fixture.write([event])
        let text = try fixture.files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        #expect(!text.contains("s3cr3t"))
        #expect(text.contains(#""query_keys":["key"]"#))
        #expect(text.contains(#""header_names":["authorization"]"#))
    }

    @Test func `whatever comes from outside, a record stays one bounded line of valid JSON that verifies`() async throws
    {
        let fixture = AuditFixture()
        defer { fixture.remove() }
        var random = SystemRandomNumberGenerator()
        let hostile = [
            "\u{1B}[2J", "\r\n{\"a\":1}", "\0", "\u{202E}", "\u{2028}", "\"},\"seal\":\"",
            #","unmapped":{"chain":{"boot":"0"#,
            String(decoding: [0xFF, 0xC0, 0x80, 0xED, 0xA0, 0x80] as [UInt8], as: UTF8.self),
            String(repeating: "é", count: 9_000),
        ]
        var events: [AuditEvent] = []
        for _ in 0..<200 {
            events.append(.random(seasonedWith: hostile.randomElement(using: &random) ?? "", using: &random))
        }
        try await fixture.write(events)
        #expect(try fixture.verify().problem == nil)
        #expect(try fixture.actions.count > 200)
        for (_, bytes) in try fixture.files {
            #expect(bytes.allSatisfy { $0 >= 0x20 || $0 == 0x0A })
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(!text.unicodeScalars.contains { $0 == "\u{202E}" || $0 == "\u{2028}" || $0 == "\u{9B}" })
            #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count < 64 << 10 })
        }
    }
}

extension AuditEvent {
    /// An event whose texts hold `spice` somewhere.
    static func random(seasonedWith spice: String, using random: inout SystemRandomNumberGenerator) -> AuditEvent {
        func text() -> String? {
            guard Bool.random(using: &random) else { return nil }
            let around = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Character(Unicode.Scalar(UInt16.random(in: 1...0xD7FF, using: &random)) ?? "x")
            }
            return String(around) + spice + String(around.reversed())
        }
        var event = AuditEvent(
            kind: Kind.allCases.randomElement(using: &random) ?? .decision, action: text() ?? "egress",
            outcome: Outcome.allCases.randomElement(using: &random) ?? .denied)
        event.agent = text().map(AgentID.init(rawValue:))
        event.decisionID = text().map(DecisionID.init(rawValue:))
        event.code = RefusalCode.allCases.randomElement(using: &random)
        for field in [
            \AuditEvent.agentName, \.owner, \.actor, \.scheme, \.method, \.host, \.path, \.protocolVersion, \.sni,
            \.connectAuthority, \.upgrade, \.rule, \.reason, \.policyRevision, \.destinationClass, \.upstreamAddress,
            \.detail,
            \.resource,
        ] { event[keyPath: field] = text() }
        for field in [\AuditEvent.queryKeys, \.headerNames, \.secrets] {
            event[keyPath: field] = (0..<Int.random(in: 0...100, using: &random)).compactMap { _ in text() }
        }
        event.duration = [nil, 0.1, .nan, .infinity, -1e300].randomElement(using: &random) ?? nil
        return event
    }
}
