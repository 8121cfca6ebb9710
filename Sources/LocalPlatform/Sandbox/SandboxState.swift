import Synchronization

/// What is known of a sandbox's processes; fed by the control channel.
final class SandboxState: Sendable {
    private struct State {
        var processes: [UInt64: SandboxProcess] = [:]
        var lastID: UInt64 = 1
        var reason: String?
    }

    let ready = Outcome<Result<Void, SandboxError>>()
    private let state = Mutex(State())

    /// Why we ended the sandbox, if we did.
    var reason: String? { state.withLock { $0.reason } }

    func setReason(_ reason: String) {
        state.withLock { $0.reason = $0.reason ?? reason }
    }

    func nextID() -> UInt64 {
        state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
    }

    func add(_ process: SandboxProcess) {
        state.withLock { $0.processes[process.id] = process }
    }

    func handle(id: UInt64, _ reply: ControlMessage.Reply, _ descriptor: Descriptor?) {
        if reply == .ready { return ready.set(.success(())) }
        guard let process = state.withLock({ $0.processes[id] }) else { return }
        switch reply {
        case .ready: break
        case .started(let number):
            process.start.set(.success(SandboxProcess.Start(process: number, terminal: descriptor)))
        case .failed(let why): finish(process, .failure(.refused("Can't start a program in the sandbox: \(why)")))
        case .exited(let status): finish(process, .success(status))
        }
    }

    /// No more will come: whoever waits is told so.
    func close(_ error: SandboxError) {
        ready.set(.failure(error))
        let processes = state.withLock { state in
            defer { state.processes = [:] }
            return Array(state.processes.values)
        }
        for process in processes { finish(process, .failure(error)) }
    }

    private func finish(_ process: SandboxProcess, _ result: Result<ExitStatus, SandboxError>) {
        if case .failure(let error) = result { process.start.set(.failure(error)) }
        process.exit.set(result)
        state.withLock { _ = $0.processes.removeValue(forKey: process.id) }
    }
}
