import NIOCore
import PalanaCore
import Testing

@testable import PlatformAPI

@Suite struct AttachFrameTests {
    static let frames: [AttachFrame] = [
        .request(
            AttachRequest(
                verb: .exec, agent: "demo", command: ["ls", "-l"], tty: true,
                window: TerminalSize(columns: 80, rows: 24),
                environment: ["TERM": "xterm"], mounts: ["/a:/b:rw"])),
        .input([1, 2, 3]), .input([]), .output(Array(repeating: 7, count: 5_000)), .errorOutput([0]),
        .resize(TerminalSize(columns: 1, rows: 2)), .signal(15), .exit(-1), .exit(137),
        .failure(APIError(.notFound, "agent demo not found")),
    ]

    @Test(arguments: frames)
    func aFrameIsReadAsItWasWritten(frame: AttachFrame) throws {
        var buffer = ByteBuffer()
        try frame.write(to: &buffer)
        #expect(try AttachFrame.read(from: &buffer) == frame)
        #expect(buffer.readableBytes == 0)
    }

    @Test(arguments: frames)
    func aFrameCutAtAnyByteIsNotReadYet(frame: AttachFrame) throws {
        var whole = ByteBuffer()
        try frame.write(to: &whole)
        for length in 0..<min(whole.readableBytes, 200) {
            var part = whole.getSlice(at: 0, length: length) ?? ByteBuffer()
            #expect(try AttachFrame.read(from: &part) == nil)
            #expect(part.readableBytes == length)
        }
    }

    static let nonsense: [[UInt8]] = [
        [99, 0, 0, 0, 0],  // no such type
        [1, 0xFF, 0xFF, 0xFF, 0xFF],  // 4 GiB
        [5, 0, 0, 0, 1, 0x78],  // a signal that is no number
        [0, 0, 0, 0, 2, 0x7B, 0x7D],  // a request without its fields
    ]

    @Test(arguments: nonsense)
    func bytesThatAreNoFrameAreRefused(bytes: [UInt8]) {
        var buffer = ByteBuffer(bytes: bytes)
        #expect(throws: (any Error).self) { try AttachFrame.read(from: &buffer) }
    }
}
