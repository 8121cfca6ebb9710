import Crypto
import Foundation
import Testing

@testable import Certificates

@Suite("The truststore for JVMs")
struct JavaTruststoreTests {
    /// One entry as a JVM reads it (OpenJDK's JavaKeyStore.engineLoad).
    private struct Entry: Equatable {
        var tag: UInt32
        var alias: String
        var type: String
        var certificate: [UInt8]
    }

    /// Reads big-endian numbers and what they count, from the front.
    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func take(_ count: Int) -> [UInt8] {
            defer { rest = rest.dropFirst(count) }
            return Array(rest.prefix(count))
        }

        mutating func number(_ size: Int) -> Int { take(size).reduce(0) { $0 << 8 | Int($1) } }

        mutating func string() -> String {
            let count = number(2)
            return String(decoding: take(count), as: UTF8.self)
        }

        mutating func entry() -> Entry {
            let (tag, alias) = (UInt32(number(4)), string())
            _ = take(8)
            let type = string()
            let count = number(4)
            return Entry(tag: tag, alias: alias, type: type, certificate: take(count))
        }
    }

    @Test("holds each certificate of the bundle, and the digest that JVMs check")
    func format() throws {
        let pem = [[1, 2, 3], Array(repeating: 7, count: 700)].map { (der: [UInt8]) in
            "-----BEGIN CERTIFICATE-----\n"
                + Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
                + "\n-----END CERTIFICATE-----\n"
        }
        let bytes = try JavaTruststore(pem: "# ours\n" + pem.joined()).bytes
        var reader = Reader(rest: bytes[...])
        #expect(reader.number(4) == 0xfeed_feed)
        #expect(reader.number(4) == 2)
        #expect(reader.number(4) == 2)
        #expect(reader.entry() == Entry(tag: 2, alias: "palana-0", type: "X.509", certificate: [1, 2, 3]))
        #expect(
            reader.entry()
                == Entry(tag: 2, alias: "palana-1", type: "X.509", certificate: Array(repeating: 7, count: 700)))
        let password: [UInt8] = "changeit".utf8.flatMap { (character: UInt8) -> [UInt8] in [0, character] }
        let phrase = Array("Mighty Aphrodite".utf8)
        let digest = Insecure.SHA1.hash(data: password + phrase + Array(bytes.dropLast(20)))
        #expect(Array(reader.rest) == Array(digest))
    }

    @Test("refuses a bundle without certificates", arguments: ["", "-----BEGIN CERTIFICATE-----\nAAAA", "text"])
    func empty(pem: String) {
        #expect(throws: CertificateAuthorityError.self) { try JavaTruststore(pem: pem) }
    }
}
