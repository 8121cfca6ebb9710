/// An agent's output as a person may see it, piece by piece: lines and tabs stay, every other control character is shown
/// as `\u{1b}`, and bytes that are no UTF-8 as U+FFFD. Characters and line ends may lie across the pieces.
struct LogText {
    private var held: [UInt8] = []

    /// The visible form of what came, up to the last whole character.
    mutating func visible(_ bytes: [UInt8]) -> [UInt8] {
        let all = held + bytes
        let whole = all.count - Self.unfinished(all)
        held = Array(all[whole...])
        return Self.shown(all[..<whole])
    }

    /// What was held back, at the end of the output.
    mutating func rest() -> [UInt8] {
        defer { held = [] }
        return Self.shown(held[...])
    }

    private static func shown(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        // A terminal ends its lines with CR LF; a CR of its own would write over the line.
        let text = String(decoding: bytes, as: UTF8.self).replacing("\r\n", with: "\n")
        let parts = text.unicodeScalars.map { scalar in
            scalar == "\n" || scalar == "\t" ? String(scalar) : Terminal.visible(String(scalar))
        }
        return Array(parts.joined().utf8)
    }

    /// How many bytes at the end may go on in the next piece: the start of a character (RFC 3629), or a CR.
    private static func unfinished(_ bytes: [UInt8]) -> Int {
        guard let last = bytes.last, last != UInt8(ascii: "\r") else { return bytes.isEmpty ? 0 : 1 }
        for back in 1...min(3, bytes.count) {
            let byte = bytes[bytes.count - back]
            guard byte & 0xC0 != 0x80 else { continue }
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > back ? back : 0
        }
        return 0
    }
}
