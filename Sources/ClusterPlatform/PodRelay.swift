import KubernetesClient
import PalanaCore
import PlatformAPI

/// Both directions between a person's terminal and a process in a pod.
struct PodRelay: Sendable {
    let stream: PodStream
    let source: AttachClient.Source
    let handlers: AttachClient.Handlers
    let notify: @Sendable (String) -> Void

    /// - Returns: the process's exit code, or 128 + n when signal n ends this side: there is no way to send one to the
    ///   process, which may go on.
    func run() async throws -> Int32 {
        try await withThrowingTaskGroup(of: Int32?.self) { group in
            group.addTask {
                try await stream.relay { piece in
                    switch piece {
                    case .standardOutput(let bytes): try handlers.output(bytes)
                    case .standardError(let bytes): try handlers.errorOutput(bytes)
                    }
                }
            }
            group.addTask { await quietly { try await events() } }
            group.addTask { await quietly { try await input() } }
            group.addTask { await quietly { try await stream.keepAlive() } }
            defer { group.cancelAll() }
            for try await code in group {
                if let code { return code }
            }
            throw APIError(.unavailable, "the connection to the process is gone")
        }
    }

    /// A connection that can't be written to has an end that the reading side tells of.
    private func quietly(_ body: () async throws -> Int32?) async -> Int32? {
        do {
            return try await body()
        } catch {
            return nil
        }
    }

    private func events() async throws -> Int32? {
        for await event in source.events {
            switch event {
            case .resize(let size): try await stream.resize(size)
            case .signal(let number): return 128 + number
            default: continue
            }
        }
        return nil
    }

    private func input() async throws -> Int32? {
        source.more()
        for await bytes in source.input {
            guard !bytes.isEmpty else {
                try await stream.endInput()
                if !stream.canEndInput {
                    notify("this API server can't tell the process that its input has ended (Kubernetes before 1.30)")
                }
                return nil
            }
            try await stream.write(bytes)
            source.more()
        }
        return nil
    }
}

extension AttachClient.Source {
    /// The first signal that ends a command; nil when the events end.
    func endingSignal() async -> Int32? {
        for await event in events {
            if case .signal(let number) = event { return number }
        }
        return nil
    }
}
