import Foundation
import PalanaCore
import Testing

@testable import Gateway

@Suite("Redacting a stream")
struct StreamRedactorTests {
    static let value = "fake/Secret+Value \"ü\"=42"
    static let stand = "ghp_PlaceholderPlaceholder0123456789abcd"
    static let automaton = NeedleAutomaton(
        NeedleForms.needles(of: InjectedValue(value: Secret(value), replacement: stand)))

    static func redact(_ pieces: [Data], style: StreamRedactor.Style = .replacement) -> Data {
        var redactor = StreamRedactor(automaton, style: style)
        return pieces.reduce(Data()) { $0 + redactor.write($1) } + redactor.finish()
    }

    static func redact(_ text: String) -> String { String(decoding: redact([Data(text.utf8)]), as: UTF8.self) }

    @Test("Every usual form of the value is replaced", arguments: StreamRedactorTests.forms)
    func everyForm(_ form: String) {
        let result = Self.redact("before \(form) after")
        #expect(result.hasPrefix("before "))
        #expect(result.hasSuffix(" after"))
        #expect(!result.contains(form))
        #expect(result.contains(Self.stand) || result.contains(Data(Self.stand.utf8).base64EncodedString()))
    }

    static let forms: [String] = {
        let data = Data(value.utf8)
        let json = try? JSONEncoder().encode(value)
        let query = value.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return [
            value, data.base64EncodedString(), query, query.replacingOccurrences(of: "%20", with: "+"),
            PercentCoding.encoded(Array(value.utf8), digits: HexDigits.lower).text,
            data.map { String(format: "%02x", $0) }.joined(), data.map { String(format: "%02X", $0) }.joined(),
            String(decoding: (json ?? Data()).dropFirst().dropLast(), as: UTF8.self),
            "fake/Secret+Value \\\"\\u00fc\\\"=42", "fake\\/Secret+Value \\\"\\u00FC\\\"=42",
            data.base64EncodedString().replacingOccurrences(of: "+", with: "-").replacingOccurrences(
                of: "/", with: "_"),
        ]
    }()

    @Test("Within a longer base64 text the value is found in all three alignments", arguments: 0..<6)
    func alignments(_ before: Int) {
        let whole = Data((String(repeating: "x", count: before) + Self.value + "tail").utf8).base64EncodedString()
        let result = Self.redact(whole)
        #expect(result.contains(Self.stand))
        let middle = EncodedForms.base64(Array(Self.value.utf8))
        #expect(!middle.contains { result.contains($0.text) })
    }

    @Test("The value in UTF-16 is replaced in UTF-16")
    func utf16() throws {
        for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian] {
            let text = try #require("a\(Self.value)b".data(using: encoding))
            #expect(Self.redact([text]) == "a\(Self.stand)b".data(using: encoding))
        }
    }

    @Test("However a stream is cut, the result is the same")
    func cuts() {
        let corpus = Data(
            "{\"auth\":\"\(Self.value)\",\(Self.forms.joined(separator: ";"))fake/Secretfake/Secret+Value fake/fake"
                .utf8)
        let whole = Self.redact([corpus])
        for cut in 0...corpus.count {
            #expect(Self.redact([corpus.prefix(cut), corpus.dropFirst(cut)]) == whole, "cut at \(cut)")
        }
        for size in 1...17 {
            let pieces = stride(from: 0, to: corpus.count, by: size).map { corpus[$0..<min($0 + size, corpus.count)] }
            #expect(Self.redact(pieces) == whole, "pieces of \(size)")
        }
        #expect(!Self.forms.contains { String(decoding: whole, as: UTF8.self).contains($0) })
    }

    @Test("Random texts made of pieces of needles come out as a plain search says, in any cuts")
    func random() {
        let needles = ["abab", "ababc", "bab", "cab", "aaab", "aa"].map {
            Needle(bytes: Array($0.utf8), replacement: [0x2E])
        }
        let automaton = NeedleAutomaton(needles)
        var generator = Seeded(state: 42)
        for _ in 0..<400 {
            let text = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
                Array("abc".utf8).randomElement(using: &generator) ?? 0x61
            }
            var redactor = StreamRedactor(automaton)
            var result = Data()
            var rest = text[...]
            while !rest.isEmpty {
                let piece = rest.prefix(Int.random(in: 1...5, using: &generator))
                result += redactor.write(Data(piece))
                rest = rest.dropFirst(piece.count)
            }
            result += redactor.finish()
            #expect(Array(result) == Self.leftmostLongest(needles, in: text), "\(text.text)")
        }
    }

    private static func leftmostLongest(_ needles: [Needle], in text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < text.count {
            let found = needles.filter { text[index...].starts(with: $0.bytes) }.max { $0.bytes.count < $1.bytes.count }
            result += found?.replacement ?? [text[index]]
            index += found?.bytes.count ?? 1
        }
        return result
    }

    @Test("Only what may become a needle is held back, so that events flow")
    func live() {
        var redactor = StreamRedactor(Self.automaton)
        #expect(redactor.write(Data("data: hello\n\n".utf8)) == Data("data: hello\n\n".utf8))
        #expect(redactor.heldBytes == 0)
        #expect(redactor.write(Data("data: fake/Sec".utf8)) == Data("data: ".utf8))
        #expect(redactor.heldBytes == 8)
        #expect(redactor.write(Data("ond\n\n".utf8)) == Data("fake/Second\n\n".utf8))
        #expect(redactor.finish().isEmpty)
    }

    @Test("In upgraded streams the length stays")
    func equalLength() {
        let text = Data("frame \(Self.value) end".utf8)
        let result = Self.redact([text], style: .equalLength)
        #expect(result.count == text.count)
        #expect(
            String(decoding: result, as: UTF8.self)
                == "frame \(String(repeating: "*", count: Self.value.utf8.count)) end")
    }

    @Test("A gigabyte's worth of chunks holds no more than one needle")
    func bounded() {
        var redactor = StreamRedactor(Self.automaton)
        let chunk = Data(repeating: UInt8(ascii: "f"), count: 65_536)
        for _ in 0..<64 {
            _ = redactor.write(chunk)
            #expect(redactor.heldBytes <= 1)
        }
    }
}

private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 31
    }
}

extension [UInt8] {
    fileprivate var text: String { String(decoding: self, as: UTF8.self) }
}
