import PalanaCore
import Testing

@testable import Gateway

@Suite struct AddressRangeTests {
    @Test("a hole leaves the rest, as few ranges")
    func subtraction() throws {
        let ten = try #require(AddressRange("10.0.0.0/8"))
        let hole = try #require(AddressRange("10.1.2.0/24"))
        let rest = ten.subtracting(hole)
        #expect(rest.count == 16)
        #expect(!rest.contains { $0.contains(hole) })
        #expect(rest.contains { $0.contains(AddressRange("10.1.3.0/24")!) })
        #expect(ten.subtracting(ten) == [])
        #expect(hole.subtracting(ten) == [])
        #expect(ten.subtracting(try #require(AddressRange("192.168.0.0/16"))) == [ten])
    }

    @Test(
        "what is not the public Internet is private",
        arguments: [
            "127.0.0.1", "0.0.0.0", "10.255.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254", "100.100.100.200",
            "168.63.129.16", "224.0.0.1", "255.255.255.255", "198.18.0.1", "::", "::1", "::ffff:8.8.8.8", "::127.0.0.1",
            "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", "fe80::1", "fd00:ec2::254", "ff02::1",
        ])
    func privateAddresses(text: String) throws {
        let address = try #require(AddressRange(text))
        #expect(PrivateRanges.all.contains { $0.contains(address) })
    }

    @Test(
        "the public Internet is not", arguments: ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111", "192.0.1.1"])
    func publicAddresses(text: String) throws {
        let address = try #require(AddressRange(text))
        #expect(!PrivateRanges.all.contains { $0.contains(address) })
    }

    @Test("every range that is listed reads as one")
    func listed() {
        #expect(PrivateRanges.all.count == PrivateRanges.four.count + PrivateRanges.six.count)
    }

    @Test(
        "an opened range is read",
        arguments: [
            ("git.corp.example=10.1.2.0/24:443", "git.corp.example", "10.1.2.0/24", 443 as Int?),
            ("*=127.0.0.0/8", "*", "127.0.0.0/8", nil), ("*.Lab.example=fd00::/8:22", "*.lab.example", "fd00::/8", 22),
            ("h=10.1.2.3", "h", "10.1.2.3/32", nil), ("h=::1", "h", "::1/128", nil),
        ])
    func allowances(text: String, host: String, range: String, port: Int?) throws {
        let allowance = try PrivateAllowance(parsing: text)
        #expect(allowance.host == host && allowance.range.description == range && allowance.port == port)
    }

    @Test(
        "nonsense is refused with a sentence that shows it",
        arguments: [
            "", "host", "=10.0.0.0/8", "host=", "host=10.0.0.0/33", "host=10.0.0.0/8:0", "host=10.0.0.0/8:70000",
            "a b=10.0.0.1",
            "*.*.x=10.0.0.1", "host=name",
        ])
    func malformed(text: String) {
        let error = #expect(throws: PrivateAllowance.Malformed.self) { try PrivateAllowance(parsing: text) }
        #expect(error?.description.contains("'\(text)'") == true)
    }

    @Test(
        "a resolver is an address and a port",
        arguments: [
            ("127.0.0.1:53", true), ("[::1]:53", true), ("::1:53", false), ("127.0.0.1", false), ("name:53", false),
            ("[1.1.1.1]:53", false),
            ("1.1.1.1/8:53", false), ("1.1.1.1:0", false),
        ])
    func resolvers(text: String, valid: Bool) {
        #expect(((try? Resolver(parsing: text)) != nil) == valid)
    }
}
