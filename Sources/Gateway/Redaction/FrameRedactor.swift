import Foundation

/// Stars needles out of a server's WebSocket frames (RFC 6455, section 5.2), which keep their length. A frame is given
/// out to its last byte at once: whoever sent it waits for an answer. A needle that is spread over two frames isn't
/// found.
struct FrameRedactor: Sendable {
    private var payload: StreamRedactor
    /// The head of the next frame, as far as it has come.
    private var head: [UInt8] = []
    /// Bytes of the current frame's payload that are still to come.
    private var missing: UInt64 = 0

    init(_ automaton: NeedleAutomaton) {
        payload = StreamRedactor(automaton, style: .equalLength)
    }

    mutating func write(_ bytes: Data) -> Data {
        var output = Data(capacity: bytes.count)
        var rest = bytes[...]
        while let first = rest.first {
            if missing == 0 {
                output.append(first)
                rest = rest.dropFirst()
                read(first)
                continue
            }
            let part = rest.prefix(Int(clamping: missing))
            rest = rest.dropFirst(part.count)
            missing -= UInt64(part.count)
            output += payload.write(Data(part))
            if missing == 0 { output += payload.finish() }
        }
        return output
    }

    mutating func finish() -> Data { payload.finish() }

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
