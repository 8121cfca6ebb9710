import NIOCore

/// Cuts the bytes that an HTTP/2 client sends at its frames (RFC 9113, sections 3.4 and 4.1), so that resets can be
/// told apart. Looks at frame heads only; whatever is wrong with a frame is the HTTP/2 handler's to find.
struct HTTP2FrameSplitter {
    enum Piece: Equatable {
        /// Bytes to hand on: the preface, a frame, or a part of one.
        case bytes(ByteBuffer)
        /// The same, of a frame that may open this stream.
        case opening(ByteBuffer, stream: UInt32)
        /// A whole RST_STREAM, which isn't handed on.
        case reset(stream: UInt32)
    }

    private enum Frame {
        case other
        case headers(UInt32)
        case reset(UInt32)
    }

    private static let headLength = 9
    /// How many bytes of the current frame are still to come; at first those of the preface.
    private var missing = 24
    private var frame = Frame.other
    /// The beginning of a head that came in two reads.
    private var begun = ByteBuffer()

    mutating func split(_ read: ByteBuffer) -> [Piece] {
        var input = read
        if begun.readableBytes > 0 {
            begun.writeBuffer(&input)
            swap(&begun, &input)
            begun.clear()
        }
        var pieces: [Piece] = []
        while input.readableBytes > 0 {
            if missing == 0 {
                guard let length = readHead(input) else {
                    begun = input
                    break
                }
                missing = Self.headLength + length
            }
            guard let part = input.readSlice(length: min(missing, input.readableBytes)) else { break }
            missing -= part.readableBytes
            append(part, to: &pieces)
        }
        return pieces
    }

    /// - Returns: the payload's length, nil when the head isn't all there.
    private mutating func readHead(_ input: ByteBuffer) -> Int? {
        guard let head = input.getBytes(at: input.readerIndex, length: Self.headLength) else { return nil }
        let stream = head[5...].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } & 0x7fff_ffff
        switch head[3] {
        case 0x1, 0x9: frame = .headers(stream)  // HEADERS, CONTINUATION
        case 0x3: frame = .reset(stream)
        default: frame = .other
        }
        return head[..<3].reduce(0) { $0 << 8 | Int($1) }
    }

    private func append(_ part: ByteBuffer, to pieces: inout [Piece]) {
        switch frame {
        case .other: pieces.append(.bytes(part))
        case .headers(let stream): pieces.append(.opening(part, stream: stream))
        case .reset(let stream): if missing == 0 { pieces.append(.reset(stream: stream)) }
        }
    }
}
