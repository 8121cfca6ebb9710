import PalanaCore
import Testing

@testable import Gateway

@Suite("The agents' DNS, message by message")
struct DNSResponderTests {
    private static let gateway: [UInt8] = [10, 96, 0, 7]
    private let responder = DNSResponder(names: DNSNames(cluster: ["svc", ".Cluster.Local", "corp.k8s", ""]))

    private func answer(_ message: [UInt8]) -> DNSAnswer? {
        DNSAnswer(responder.answer(to: message, in: DNSSample.zone))
    }

    @Test(
        "Every external name has the gateway's address",
        arguments: [
            "api.example.com", "example.com", "API.Example.COM", "a.b.c.d.e.example.com", "palana.internal",
            "xn--bcher-kva.example", "under_score.example.com", "svc.example.com", "localhost.example.com",
            "my.svc.example", "1.2.3.4.example.com", "worker.peer.palana.internal.example.com",
        ])
    func external(_ name: String) throws {
        let found = try #require(answer(DNSSample.query(name)))
        #expect(found.code == 0 && found.address == Self.gateway)
        #expect(found.id == 0xBEEF && found.isAuthoritative && found.isRecursive && found.questions == 1)
    }

    @Test("A peer has its own address, in any case of letters")
    func peer() {
        for name in ["worker.peer.palana.internal", "WORKER.peer.Palana.internal"] {
            #expect(answer(DNSSample.query(name))?.address == [10, 1, 2, 3])
        }
    }

    @Test(
        "Names of this machine, link, cluster or of nothing aren't there, whatever is asked of them",
        arguments: [
            "", "localhost", "com", "kubernetes", "app.localhost", "printer.local", "svc", "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local", "cluster.local", "a.CLUSTER.local", "vault.corp.k8s", "x.invalid",
            "hidden.onion", "x.alt", "4.3.2.10.in-addr.arpa", "_dns.resolver.arpa", "home.arpa", "10.0.0.1", "0x7f.1",
            "use-application-dns.net",
        ])
    func absent(_ name: String) {
        for type in [DNSType.a, DNSType.aaaa, DNSType.https, DNSType.svcb] {
            let found = answer(DNSSample.query(name, type: type))
            #expect(found?.code == 3 && found?.address == nil, "type \(type)")
        }
    }

    @Test("Of other types than A a name that is there has no data, so that programs take the IPv4 address over TCP")
    func noData() {
        for type in [DNSType.aaaa, DNSType.https, DNSType.svcb] {
            for name in ["api.example.com", "worker.peer.palana.internal"] {
                let found = answer(DNSSample.query(name, type: type))
                // AA and RA: resolvers take an empty answer without them for a broken server's.
                #expect(found?.code == 0 && found?.address == nil && found?.isAuthoritative == true, "\(type)")
                #expect(found?.isRecursive == true)
            }
        }
    }

    @Test(
        "Everything else is refused: nothing is looked up, so nothing can be carried out in a question",
        arguments: [2, 5, 6, 10, 12, 13, 15, 16, 33, 35, 41, 43, 46, 48, 99, 250, 251, 252, 255, 256, 65_535])
    func refusedTypes(_ type: Int) {
        let found = answer(DNSSample.query("data.example.com", type: UInt16(type)))
        #expect(found?.code == 5 && found?.address == nil)
    }

    @Test("Reverse names aren't there; other classes than the Internet's are refused")
    func reverse() {
        #expect(answer(DNSSample.query("4.3.2.10.in-addr.arpa", type: DNSType.pointer))?.code == 3)
        for recordClass in [0, 3, 4, 254, 255] as [UInt16] {
            let query = DNSSample.query(DNSSample.name("api.example.com"), recordClass: recordClass)
            #expect(answer(query)?.code == 5)
        }
    }

    @Test("The question comes back byte by byte, with the letters' case that the resolver chose")
    func echo() throws {
        let query = DNSSample.query("aPi.ExAmPlE.cOm")
        let bytes = try #require(responder.answer(to: query, in: DNSSample.zone))
        #expect(Array(bytes[12..<query.count]) == Array(query[12...]))
        #expect(bytes[query.count] == 0xC0 && bytes[query.count + 1] == 12)
    }

    @Test("EDNS is answered with EDNS, and another version of it with its own code")
    func extended() {
        let name = DNSSample.name("api.example.com")
        func asked(_ behind: [UInt8], _ additional: UInt16 = 1) -> DNSAnswer? {
            answer(DNSSample.query(name, counts: [1, 0, 0, additional], behind: behind))
        }
        let cookie: [UInt8] = [0, 10, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8]
        for data in [[], cookie] {
            let found = asked(DNSSample.option(data: data))
            #expect(found?.code == 0 && found?.hasOption == true && found?.address == Self.gateway)
        }
        #expect(asked(DNSSample.option(version: 1))?.code == 16)
        #expect(asked(DNSSample.option() + DNSSample.option(), 2)?.code == 1)
        #expect(answer(DNSSample.query(name))?.hasOption == false)
    }
}
