import Foundation
import NIOCore
public import PalanaCore

/// What a person's terminal asks for when it attaches to a process in a sandbox.
public struct AttachRequest: Sendable, Hashable, Codable {
    public enum Verb: String, Sendable, Codable {
        /// Start the agent with this command as its main process.
        case run
        /// Start one more process in a running sandbox.
        case exec
    }

    public var verb: Verb
    public var agent: String
    /// Empty in `run` for the agent's own command.
    public var command: [String]
    /// Whether the process gets a terminal of the sandbox's own.
    public var tty: Bool
    public var window: TerminalSize?
    /// Variables for this process on top of the agent's environment, such as `TERM`.
    public var environment: [String: String]
    /// `SRC:DST[:rw]`, for `run` only.
    public var mounts: [String]

    public init(
        verb: Verb, agent: String, command: [String], tty: Bool, window: TerminalSize? = nil,
        environment: [String: String] = [:], mounts: [String] = []
    ) {
        self.verb = verb
        self.agent = agent
        self.command = command
        self.tty = tty
        self.window = window
        self.environment = environment
        self.mounts = mounts
    }
}

/// One message on an attach connection. On the wire: one byte of type, four of length (big endian), the payload.
public enum AttachFrame: Sendable, Hashable {
    /// Client, first and once.
    case request(AttachRequest)
    /// Client: bytes for the process; empty means end of input. The next one may come when this one was `taken`, so
    /// that a process that doesn't read holds back its input alone, and never a signal behind it.
    case input([UInt8])
    /// Server: the process has got the bytes of the last `input`.
    case taken
    case output([UInt8])
    case errorOutput([UInt8])
    /// Client: the terminal changed.
    case resize(TerminalSize)
    /// Client: a signal number for the process.
    case signal(Int32)
    /// Server, last: the process's exit code (128 + n for signal n).
    case exit(Int32)
    /// Server, last: it could not be done.
    case failure(APIError)
}

extension AttachFrame {
    /// The largest payload either side takes.
    static let payloadLimit = 1 << 20

    private enum Kind: UInt8 {
        case request, input, output, errorOutput, resize, signal, exit, failure, taken
    }

    /// Appends the frame's bytes.
    func write(to buffer: inout ByteBuffer) throws {
        switch self {
        case .request(let request): Self.put(.request, try JSONEncoder().encode(request), &buffer)
        case .input(let bytes): Self.put(.input, bytes, &buffer)
        case .taken: Self.put(.taken, [], &buffer)
        case .output(let bytes): Self.put(.output, bytes, &buffer)
        case .errorOutput(let bytes): Self.put(.errorOutput, bytes, &buffer)
        case .resize(let size): Self.put(.resize, try JSONEncoder().encode(size), &buffer)
        case .signal(let number): Self.put(.signal, String(number).utf8, &buffer)
        case .exit(let status): Self.put(.exit, String(status).utf8, &buffer)
        case .failure(let error): Self.put(.failure, try JSONEncoder().encode(error), &buffer)
        }
    }

    /// Takes one frame off the front, or nil while it isn't whole.
    /// - Throws: `APIError` when the bytes are no frame.
    static func read(from buffer: inout ByteBuffer) throws -> AttachFrame? {
        guard let type: UInt8 = buffer.getInteger(at: buffer.readerIndex),
            let length: UInt32 = buffer.getInteger(at: buffer.readerIndex + 1)
        else { return nil }
        guard let kind = Kind(rawValue: type), length <= payloadLimit else {
            throw APIError(.invalid, "attach: unknown or oversized frame (type \(type), \(length) bytes)")
        }
        guard buffer.readableBytes >= 5 + Int(length) else { return nil }
        buffer.moveReaderIndex(forwardBy: 5)
        return try frame(kind, buffer.readBytes(length: Int(length)) ?? [])
    }

    private static func frame(_ kind: Kind, _ payload: [UInt8]) throws -> AttachFrame {
        switch kind {
        case .request: .request(try JSONDecoder().decode(AttachRequest.self, from: Data(payload)))
        case .input: .input(payload)
        case .taken: .taken
        case .output: .output(payload)
        case .errorOutput: .errorOutput(payload)
        case .resize: .resize(try JSONDecoder().decode(TerminalSize.self, from: Data(payload)))
        case .signal: .signal(try number(payload))
        case .exit: .exit(try number(payload))
        case .failure: .failure(try JSONDecoder().decode(APIError.self, from: Data(payload)))
        }
    }

    private static func number(_ payload: [UInt8]) throws -> Int32 {
        guard let value = Int32(String(decoding: payload, as: UTF8.self)) else {
            throw APIError(.invalid, "attach: a number was expected")
        }
        return value
    }

    private static func put(_ kind: Kind, _ payload: some Collection<UInt8>, _ buffer: inout ByteBuffer) {
        buffer.writeInteger(kind.rawValue)
        buffer.writeInteger(UInt32(payload.count))
        buffer.writeBytes(payload)
    }
}
