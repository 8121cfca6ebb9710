import Glibc
import PalanaCore

/// A process in a sandbox as a person is attached to it: through a terminal of the sandbox's own, or through pipes.
struct SandboxSession: AgentSession {
    private let process: SandboxProcess
    private let input: DescriptorIO?
    private let output: DescriptorIO
    private let errorOutput: DescriptorIO?
    private let inputEnd: InputEnd
    /// Waits for the process's end; for the agent itself that is the sandbox's.
    private let wait: @Sendable () async throws -> Int32
    /// Sees all output too, for the log.
    private let copy: @Sendable ([UInt8]) -> Void

    /// The ends that stay with us when a process gets pipes.
    struct Pipes {
        let streams: SandboxStreams
        let input: Descriptor
        let output: Descriptor
        let errorOutput: Descriptor

        init() throws {
            // A socket pair for the input: its end can be said while the descriptor stays open.
            let (ours, theirs) = try Descriptor.pair()
            let out = try Descriptor.pipe()
            let error = try Descriptor.pipe()
            streams = .descriptors(input: theirs, output: out.write, error: error.write)
            (input, output, errorOutput) = (ours, out.read, error.read)
        }
    }

    init(
        _ process: SandboxProcess, pipes: Pipes?, wait: @escaping @Sendable () async throws -> Int32,
        copy: @escaping @Sendable ([UInt8]) -> Void = { _ in }
    ) throws(RuntimeFailure) {
        guard let stream = pipes?.output ?? process.terminal else {
            throw .failed("the sandbox gave the process no terminal")
        }
        self.process = process
        output = DescriptorIO(stream)
        errorOutput = pipes.map { DescriptorIO($0.errorOutput) }
        input = pipes.map { DescriptorIO($0.input) } ?? output
        inputEnd = pipes == nil ? .terminal : .socket
        self.wait = wait
        self.copy = copy
    }

    /// How the end of input is said.
    private enum InputEnd {
        /// By the end-of-file character (termios VEOF, Ctrl-D).
        case terminal
        case socket
    }

    func relay(to receive: @escaping @Sendable (SessionOutput) async throws -> Void) async throws -> Int32 {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await drain(output) { try await receive(.standardOutput($0)) } }
            if let errorOutput {
                group.addTask { try await drain(errorOutput) { try await receive(.standardError($0)) } }
            }
            let code = try await wait()
            try await Self.finish(&group, streams: errorOutput == nil ? 1 : 2)
            return code
        }
    }

    private func drain(_ source: DescriptorIO, _ receive: ([UInt8]) async throws -> Void) async throws {
        while let bytes = try await source.read() {
            copy(bytes)
            try await receive(bytes)
        }
    }

    private struct Lingering: Error {}

    /// The last bytes are there when the process is gone. Its children may hold the streams open for longer; what they
    /// write is not waited for.
    private static func finish(_ group: inout ThrowingTaskGroup<Void, any Error>, streams: Int) async throws {
        group.addTask {
            try await Task.sleep(for: .milliseconds(500))
            throw Lingering()
        }
        do {
            for _ in 0..<streams { try await group.next() }
        } catch is Lingering {
            // Enough waited.
        }
        group.cancelAll()
    }

    func write(_ bytes: [UInt8]) async throws(RuntimeFailure) {
        guard let input else { return }
        do {
            try await input.write(bytes)
        } catch {
            // The process has closed its input or ended: what is typed now is nobody's.
        }
    }

    func closeInput() async throws(RuntimeFailure) {
        guard let input else { return }
        switch inputEnd {
        case .terminal: try await write([4])
        case .socket: shutdown(input.descriptor.number, Int32(SHUT_WR))
        }
    }

    func resize(_ size: TerminalSize) async throws(RuntimeFailure) {
        process.resize(size)
    }

    func signal(_ number: Int32) async throws(RuntimeFailure) {
        do {
            try await process.signal(number)
        } catch {
            throw .failed("the signal could not be sent: \(error)")
        }
    }
}
