import Manifests
import PalanaCore
import Testing

@Suite struct HostileManifestTests {
    private func failure(_ bytes: [UInt8], limits: ManifestLimits = ManifestLimits()) -> ManifestFailure? {
        do {
            _ = try ManifestDecoder(limits: limits).decode(bytes, source: "x")
            return nil
        } catch {
            return error
        }
    }

    private static func bomb(levels: Int, width: Int, asKey: Bool = false) -> String {
        var text = "a0: &a0 [x, x]\n"
        for level in 1..<levels {
            let aliases = Array(repeating: "*a\(level - 1)", count: width).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(aliases)]\n"
        }
        return asKey ? text + "? *a\(levels - 1)\n: 1\n" : text
    }

    static let hostile: [(String, String)] = [
        ("a bomb of aliases", bomb(levels: 10, width: 10)),
        ("a bomb as a key", bomb(levels: 10, width: 10, asKey: true)),
        ("a bomb of quotes", String(repeating: "\"", count: 99_999)),
        ("deep flow lists", String(repeating: "[", count: 100_000)),
        ("deep flow mappings", String(repeating: "{a: ", count: 100_000)),
        ("deep block lists", String(repeating: "- ", count: 100_000) + "a"),
        ("deep closed lists", String(repeating: "[", count: 900) + String(repeating: "]", count: 900)),
        ("many keys", (0..<50_000).map { "k\($0): 1\n" }.joined()),
        ("many equal keys", String(repeating: "k: 1\n", count: 50_000)),
        ("many documents", String(repeating: "--- a\n", count: 5_000)),
        ("an alias to itself", "a: &a [*a]"),
        ("an alias to nothing", "a: *b"),
        ("NUL bytes", "a: b\u{0}c"),
        ("a lone surrogate", #"{"a": "\ud83d"}"#),
        ("a swapped surrogate pair", #"{"a": "\ude00\ud83d"}"#),
        ("a directive", "%YAML 9.9\n---\na: b"),
        ("an unknown tag", "!!python/object/apply:os.system [id]"),
        ("an endless number", "apiVersion: " + String(repeating: "9", count: 100_000)),
        ("a long plain key", String(repeating: "k", count: 100_000) + ": 1"),
        ("an open string", "a: \"b"),
        ("only a byte order mark", "\u{FEFF}"),
        ("line separators", "a: b\u{2028}c: d\u{85}e: f"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: hostile.indices)
    func `Hostile text is refused in bounded time with a short message`(index: Int) {
        let (name, text) = Self.hostile[index]
        let failure = failure(Array(text.utf8))
        #expect(failure != nil, "\(name) was taken")
        #expect((failure?.description.utf8.count ?? 0) < 2_000, "\(name): message too long")
        let isClean = failure?.description.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 } ?? false
        #expect(isClean, "\(name): control characters in the message")
    }

    @Test func `Bytes that are no text are refused`() {
        #expect(failure([0xFF, 0xFE, 0x00])?.description == "x: not UTF-8 text")
        #expect(failure([0x61, 0xED, 0xA0, 0x80]) != nil)
    }

    @Test func `An input that is too large is refused before it is parsed`() {
        let failure = failure([UInt8](repeating: 0x20, count: (1 << 20) + 1))
        #expect(failure?.description == "x: 1048577 bytes; at most 1048576 are read from one input, split it")
    }

    @Test func `A few aliases are followed`() throws {
        let text = """
            apiVersion: palana.dev/v1alpha1
            kind: Agent
            metadata: {name: demo}
            spec:
              egress:
                allow:
                - {host: a.example.com, methods: &read [GET, HEAD]}
                - {host: b.example.com, methods: *read}
            """
        let manifest = try #require(try ManifestDecoder().decode(text.utf8, source: "x").first)
        guard case .agent(let agent) = manifest.resource else {
            Issue.record("no agent")
            return
        }
        #expect(agent.spec.egress?.allow?.map(\.methods) == [["GET", "HEAD"], ["GET", "HEAD"]])
    }

    @Test func `Stars and ampersands in text are no aliases`() throws {
        let rego = (0..<50).map { "    # *bold\($0)* a & b && c" }.joined(separator: "\n")
        let text =
            "apiVersion: palana.dev/v1alpha1\nkind: EgressPolicy\nmetadata: {name: p}\nspec:\n  rego: |\n\(rego)\n"
        #expect(try ManifestDecoder().decode(text.utf8, source: "x").count == 1)
    }

    /// Random edits of a good manifest and random bytes: whatever comes, an answer comes.
    @Test(.timeLimit(.minutes(2)), arguments: 0..<8)
    func `No input makes the reader crash or hang`(seed: Int) {
        var random = SeededGenerator(state: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let alphabet =
            Array("{}[]:,-?&*!|>'\"%@`#\n\t \\u0aZ~<=\u{0}\u{7f}".utf8) + [0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF]
        let good = Array(
            """
            apiVersion: palana.dev/v1alpha1
            kind: Agent
            metadata: {name: demo, labels: {a: b}}
            spec:
              command: ["a", 'b', c]
              env:
              - name: A
                value: |
                  text
              egress: {allow: [{host: "*.example.com", ports: [443]}]}
            """.utf8)
        for _ in 0..<250 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                let piece = (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
                bytes.replaceSubrange(
                    place..<min(bytes.count, place + Int.random(in: 0...3, using: &random)), with: piece)
            }
            if let failure = failure(bytes) { #expect(!failure.problems.isEmpty) }
        }
    }
}

/// SplitMix64, so that a failing seed can be run again.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
