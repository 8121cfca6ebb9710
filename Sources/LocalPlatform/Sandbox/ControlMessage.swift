import PalanaCore

/// The messages between the supervisor and `palana-init`, as sandbox-init/src/control.h describes them.
enum ControlMessage {
    /// What is asked of PID 1.
    enum Request: Equatable {
        case start(StartRequest)
        case signal(Int32)
        case stop(graceMilliseconds: UInt32)
        /// Everything but PID 1 stands still, or goes on.
        case pause(Bool)
    }

    /// What PID 1 says.
    enum Reply: Equatable {
        case ready
        /// A terminal's master comes along when one was asked for.
        case started(process: Int32)
        case failed(String)
        case exited(ExitStatus)
    }

    static let headerSize = 16
    static let largestPayload = 4 << 20

    /// The bytes of a request.
    static func encode(_ request: Request, id: UInt64) -> [UInt8] {
        switch request {
        case .start(let start):
            return header(kind: 1, descriptors: start.terminal == nil ? 3 : 0, id: id, payload: start.payload)
        case .signal(let number):
            return header(kind: 2, descriptors: 0, id: id, payload: bytes(UInt32(bitPattern: number)))
        case .stop(let grace):
            return header(kind: 3, descriptors: 0, id: id, payload: bytes(grace))
        case .pause(let paused):
            return header(kind: 4, descriptors: 0, id: id, payload: bytes(UInt32(paused ? 1 : 0)))
        }
    }

    /// The reply in a payload; nil for what we don't know.
    static func decode(kind: UInt16, payload: ArraySlice<UInt8>) -> Reply? {
        switch (kind, number(payload)) {
        case (16, _): .ready
        case (17, let number?): .started(process: Int32(bitPattern: number))
        case (18, _): .failed(String(decoding: payload, as: UTF8.self))
        case (19, let number?): .exited(ExitStatus(code: Int32(bitPattern: number)))
        default: nil
        }
    }

    private static func header(kind: UInt16, descriptors: UInt16, id: UInt64, payload: [UInt8]) -> [UInt8] {
        bytes(UInt32(payload.count)) + bytes(kind) + bytes(descriptors) + bytes(id) + payload
    }

    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value) { Array($0) }
    }

    private static func number(_ payload: ArraySlice<UInt8>) -> UInt32? {
        guard payload.count == 4 else { return nil }
        return payload.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    }
}

/// A program to start in the sandbox.
struct StartRequest: Equatable {
    var isAgent = false
    var arguments: [String]
    var environment: [String: String]
    var folder = "/data"
    /// Set when it gets a terminal of its own.
    var terminal: TerminalSize?

    fileprivate var payload: [UInt8] {
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let flags: UInt32 = (terminal == nil ? 0 : 1) | (isAgent ? 2 : 0)
        let fixed =
            ControlMessage.bytes(flags) + ControlMessage.bytes(UInt16(clamping: terminal?.rows ?? 0))
            + ControlMessage.bytes(UInt16(clamping: terminal?.columns ?? 0))
            + ControlMessage.bytes(UInt32(arguments.count))
            + ControlMessage.bytes(UInt32(variables.count))
        return (arguments + variables + [folder]).reduce(into: fixed) { bytes, text in
            bytes += text.utf8
            bytes.append(0)
        }
    }

    /// What makes the request unfit to be sent, as a sentence.
    func fault() -> String? {
        let texts = arguments + environment.map { "\($0.key)=\($0.value)" } + [folder]
        if arguments.isEmpty || arguments[0].isEmpty { return "the command is empty" }
        if texts.contains(where: { $0.utf8.contains(0) }) { return "a zero byte can't be part of a command" }
        if payload.count > ControlMessage.largestPayload { return "the command and its environment exceed 4 MiB" }
        return nil
    }
}
