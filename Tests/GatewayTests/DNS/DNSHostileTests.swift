import PalanaCore
import Testing

@testable import Gateway

@Suite("Hostile DNS messages")
struct DNSHostileTests {
    /// A message and the code of its answer; nil: none is given.
    struct Row: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var message: [UInt8]
        var code: Int?

        init(_ name: String, _ message: [UInt8], _ code: Int?) {
            testDescription = name
            self.message = message
            self.code = code
        }
    }

    private static let name = DNSSample.name("api.example.com")
    private static let whole = DNSSample.query(name)
    private static let long = DNSSample.name(
        Array(repeating: String(repeating: "a", count: 49), count: 5).joined(separator: "."))
    private static let longer = DNSSample.name(
        Array(repeating: String(repeating: "a", count: 63), count: 4).joined(separator: "."))

    private static func padded(to size: Int) -> [UInt8] {
        let bare = DNSSample.query(name, counts: [1, 0, 0, 1], behind: DNSSample.option())
        return DNSSample.query(
            name, counts: [1, 0, 0, 1], behind: DNSSample.option(data: Array(repeating: 0, count: size - bare.count)))
    }

    static let rows: [Row] = [
        Row("nothing", [], nil), Row("one byte", [0], nil), Row("half a head", Array(whole.prefix(11)), nil),
        Row("an answer", DNSSample.query(name, flags: 0x8180), nil),
        Row("an answer to a status", DNSSample.query(name, flags: 0x9000), nil),
        Row("a head alone", Array(whole.prefix(12)), 1),
        Row("no question", DNSSample.query([], counts: [0, 0, 0, 0]), 1),
        Row("two questions", DNSSample.query(name, counts: [2, 0, 0, 0], behind: whole.suffix(21)), 1),
        Row("65,535 questions", DNSSample.query(name, counts: [65_535, 0, 0, 0]), 1),
        Row("an answer section", DNSSample.query(name, counts: [1, 1, 0, 0]), 1),
        Row("an authority section (as in an update)", DNSSample.query(name, counts: [1, 0, 1, 0]), 1),
        Row("65,535 additional records", DNSSample.query(name, counts: [1, 0, 0, 65_535]), 1),
        Row("an inverse query", DNSSample.query(name, flags: 0x0900), 4),
        Row("a status request", DNSSample.query(name, flags: 0x1100), 4),
        Row("a notify", DNSSample.query(name, flags: 0x2100), 4),
        Row("an update", DNSSample.query(name, flags: 0x2900), 4),
        Row("opcode 15", DNSSample.query(name, flags: 0x7900), 4),
        Row("a name that points to itself", DNSSample.query([0xC0, 12]), 1),
        Row("a name that points behind itself", DNSSample.query([1, 97, 0xC0, 12]), 1),
        Row("a name that points past the end", DNSSample.query([0xFF, 0xFF]), 1),
        Row("a pointer cut in half", Array(DNSSample.query([0xC0]).prefix(13)), 1),
        Row("an extended label (RFC 2673)", DNSSample.query([0x41, 8, 0]), 1),
        Row("a label of 191", DNSSample.query([0xBF] + Array(repeating: 97, count: 191) + [0]), 1),
        Row("a label past the end", Array(DNSSample.query([63, 97, 97]).prefix(15)), 1),
        Row("a name without its end", Array(whole.prefix(12 + 16)), 1),
        Row("no type", Array(whole.dropLast(4)), 1), Row("half a type", Array(whole.dropLast(3)), 1),
        Row("half a class", Array(whole.dropLast(1)), 1),
        Row("bytes behind the question", whole + [0], 1),
        Row("a second message behind it", whole + whole, 1),
        Row("a name of 252 bytes", DNSSample.query(long), 0),
        Row("a name of 257 bytes", DNSSample.query(longer), 1),
        Row("128 labels", DNSSample.query(DNSSample.name(Array(repeating: "a", count: 127).joined(separator: "."))), 0),
        Row("129 labels", DNSSample.query(DNSSample.name(Array(repeating: "a", count: 128).joined(separator: "."))), 1),
        Row("a dot inside a label", DNSSample.query([5] + Array("a.svc".utf8) + DNSSample.name("com")), 3),
        Row("a NUL inside a label", DNSSample.query([3, 97, 0, 97] + DNSSample.name("example.com")), 3),
        Row("a space inside a label", DNSSample.query([3, 97, 32, 97] + DNSSample.name("example.com")), 3),
        Row("bytes that are no text", DNSSample.query([3, 0xFF, 0xFE, 0xC3] + DNSSample.name("example.com")), 3),
        Row("OPT announced, none there", DNSSample.query(name, counts: [1, 0, 0, 1]), 1),
        Row("another record there", DNSSample.query(name, counts: [1, 0, 0, 1], behind: name + [0, 1, 0, 1]), 1),
        Row("OPT with a name", DNSSample.query(name, counts: [1, 0, 0, 1], behind: [1, 97] + DNSSample.option()), 1),
        Row("OPT cut", DNSSample.query(name, counts: [1, 0, 0, 1], behind: Array(DNSSample.option().dropLast())), 1),
        Row(
            "OPT longer than the message",
            DNSSample.query(name, counts: [1, 0, 0, 1], behind: DNSSample.option().dropLast(2) + [0xFF, 0xFF]), 1),
        Row("512 bytes", padded(to: 512), 0), Row("513 bytes", padded(to: 513), 1),
        Row("64 KiB of zeros", Array(repeating: 0, count: 65_535), 1),
        Row("64 KiB of 0x3F", Array(repeating: 0x3F, count: 65_535), 1),
    ]

    @Test("are answered with a code at most, under their own id", arguments: rows)
    func row(_ row: Row) {
        let bytes = DNSResponder(names: DNSNames()).answer(to: row.message, in: DNSSample.zone)
        let answer = DNSAnswer(bytes)
        #expect(answer?.code == row.code)
        if let answer { #expect(answer.id == UInt16(row.message[0]) << 8 | UInt16(row.message[1])) }
        // No use as an amplifier.
        #expect((bytes?.count ?? 0) <= min(row.message.count + 16, DNSMessage.largest))
    }

    @Test("of random bytes, or with one bit turned, get an answer that is 16 bytes longer at most, or none")
    func random() {
        var random = SystemRandomNumberGenerator()
        let responder = DNSResponder(names: DNSNames())
        for round in 0..<20_000 {
            var message = round.isMultiple(of: 2) ? Self.whole : Self.padded(to: Int.random(in: 60...200))
            if round.isMultiple(of: 3) {
                message = (0..<Int.random(in: 0...80, using: &random)).map { _ in UInt8.random(in: 0...255) }
            } else {
                message[Int.random(in: 2..<message.count, using: &random)] ^= 1 << UInt8.random(in: 0...7)
            }
            let answer = responder.answer(to: message, in: DNSSample.zone)
            #expect((answer?.count ?? 0) <= message.count + 16)
        }
    }
}
