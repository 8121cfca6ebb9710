import Gateway
import PalanaCore
import TestSupport
import Testing

@Suite("Where a request comes from")
struct SourceTests {
    private static let pod = "10.1.2.3"

    @Test(
        "Only an agent's own addresses are its; another, none, or what is no address is refused before anything is asked",
        arguments: [
            (AgentSources.listenerAlone, nil, true), (.listenerAlone, "10.9.9.9", true),
            (.addresses(addresses(pod)), pod, true), (.addresses(addresses(pod, "10.1.2.4")), "10.1.2.4", true),
            (.addresses(addresses(pod)), "::ffff:10.1.2.3", true),
            (.addresses(addresses("fd00::1")), "fd00:0:0::1", true),
            (.addresses(addresses(pod)), "10.1.2.4", false), (.addresses(addresses(pod)), nil, false),
            (.addresses(addresses(pod)), "", false), (.addresses(addresses(pod)), "10.1.2.3:80", false),
            (.addresses(addresses(pod)), "10.1.2.0/24", false), (.addresses(addresses(pod)), "-", false),
            (.none, pod, false), (.none, nil, false),
        ] as [(AgentSources, String?, Bool)])
    func sources(_ sources: AgentSources, _ source: String?, _ isAdmitted: Bool) async {
        let fixture = AuthorizerFixture()
        fixture.directory.put(sources, of: fixture.agent.id)
        let expected = isAdmitted ? nil : RefusalCode.unknownAgent
        for var request in [fixture.request(), fixture.request("palana.internal")] {
            request.caller.source = source.flatMap(IPAddress.init)
            #expect(await fixture.code(request) == expected, "\(request.authority)")
        }
        var tunnel = fixture.tunnel("api.example.com:443")
        tunnel.caller.source = source.flatMap(IPAddress.init)
        #expect(await fixture.code(tunnel) == expected)
        #expect(fixture.policy.inputs.isEmpty != isAdmitted)
    }

    @Test("A refused source is on record with the agent whose port it was; it is told neither")
    func record() async throws {
        let fixture = AuthorizerFixture()
        fixture.directory.put(.addresses(Self.addresses(Self.pod)), of: fixture.agent.id)
        var request = fixture.request()
        request.caller.source = IPAddress("10.6.6.6")
        guard case .refused(let refusal) = await fixture.authorizer.authorize(request) else {
            Issue.record("admitted")
            return
        }
        #expect(refusal.agent == nil && !refusal.message.contains("demo"))
        let event = try #require(fixture.audit.events.last)
        #expect(event.source == "10.6.6.6" && event.agent == fixture.agent.id && event.code == .unknownAgent)
        let record = OCSFMapping(productVersion: "1").record(of: event, uid: "1")
        #expect("\(record.attributes)".contains("10.6.6.6"))
    }

    private static func addresses(_ texts: String...) -> Set<IPAddress> { Set(texts.compactMap(IPAddress.init)) }
}
