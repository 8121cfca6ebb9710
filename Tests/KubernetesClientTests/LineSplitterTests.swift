import Foundation
import Testing

@testable import KubernetesClient

@Suite("Lines cut from a stream of bytes")
struct LineSplitterTests {
    @Test("However a stream is chopped, the same lines come out", arguments: 1...60)
    func chunks(size: Int) throws {
        let text = "first\n\nsecond line with ümläuts\n" + String(repeating: "x", count: 100) + "\nrest"
        let bytes = Array(text.utf8)
        var splitter = LineSplitter(limit: 1000)
        var lines: [String] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            let chunk = bytes[start..<min(start + size, bytes.count)]
            lines += try splitter.add(chunk).map { String(decoding: $0, as: UTF8.self) }
        }
        #expect(lines == ["first", "second line with ümläuts", String(repeating: "x", count: 100)])
        #expect(splitter.finish() == Data("rest".utf8))
        #expect(splitter.finish() == nil)
    }

    @Test("A line over the limit is an error, wherever it is chopped", arguments: [1, 7, 64])
    func tooLong(size: Int) {
        var splitter = LineSplitter(limit: 20)
        #expect(throws: LineSplitter.TooLong(limit: 20)) {
            for _ in 0..<64 { _ = try splitter.add(Array(repeating: UInt8(ascii: "x"), count: size)) }
        }
    }

    @Test("A line of exactly the limit passes")
    func exact() throws {
        var splitter = LineSplitter(limit: 4)
        #expect(try splitter.add(Array("abcd\n".utf8)) == [Data("abcd".utf8)])
    }
}
