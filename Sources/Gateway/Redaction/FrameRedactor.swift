import Foundation

/// Stars needles out of a server's WebSocket frames (RFC 6455, section 5.2), which keep their length. A frame is given
/// out to its last byte at once: whoever sent it waits for an answer. A needle that is spread over two frames isn't
/// found. Heads of frames are searched as well, since a server may send after its 101 what is no frame at all.
struct FrameRedactor: Sendable {
    private var bytes: StreamRedactor
    /// The head of the next frame, as far as it has come.
    private var head: [UInt8] = []
    /// Bytes of the current frame's payload that are still to come.
    private var missing: UInt64 = 0

    init(_ automaton: NeedleAutomaton) {
        bytes = StreamRedactor(automaton, style: .equalLength)
    }

    mutating func write(_ data: Data) -> Data {
        var output = Data(capacity: data.count)
        var rest = data[...]
        while let first = rest.first {
            let part = missing == 0 ? rest.prefix(1) : rest.prefix(Int(clamping: missing))
            rest = rest.dropFirst(part.count)
            output += bytes.write(Data(part))
            if missing == 0 { read(first) } else { missing -= UInt64(part.count) }
            if missing == 0 && head.isEmpty { output += bytes.finish() }
        }
        return output
    }

    mutating func finish() -> Data { bytes.finish() }

    private mutating func read(_ byte: UInt8) {
        head.append(byte)
        guard head.count >= 2 else { return }
        let extended = [126: 2, 127: 8][Int(head[1] & 0x7f)] ?? 0
        let mask = head[1] & 0x80 == 0 ? 0 : 4
        guard head.count == 2 + extended + mask else { return }
        missing = extended == 0 ? UInt64(head[1] & 0x7f) : head[2..<(2 + extended)].reduce(0) { $0 << 8 | UInt64($1) }
        head = []
    }
}
