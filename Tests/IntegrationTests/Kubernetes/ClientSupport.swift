import Foundation
import KubernetesClient
import Logging
import PalanaCore
import Synchronization
import TestSupport

extension ControlPlane {
    /// The client under test, as a user of this control plane.
    func client(
        as user: ControlPlaneUser? = nil, change: (inout KubernetesConfiguration) -> Void = { _ in }
    ) throws -> KubernetesClient {
        let file = try kubeconfigFile(for: user ?? administrator())
        var configuration = try Kubeconfig.load(files: [file], environment: [:]).configuration()
        change(&configuration)
        return try KubernetesClient(
            configuration, logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }))
    }
}

/// The failure of a call that must not go well.
func kubernetesFailure<Value>(of call: () async throws -> Value) async -> KubernetesFailure? {
    do {
        _ = try await call()
        return nil
    } catch {
        return error as? KubernetesFailure
    }
}

/// Waits until `condition` holds, at most `limit`.
func until(
    within limit: Duration = .seconds(60), _ what: String, _ condition: () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(100))
    }
    throw ControlPlaneFailure("not within \(limit): \(what)")
}

/// Runs `work` beside `body` and cancels it afterwards.
func beside(
    _ work: @escaping @Sendable () async -> Void, _ body: @escaping @Sendable () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await work() }
        defer { group.cancelAll() }
        try await body()
    }
}

/// A number that several tasks see.
final class SharedCount: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }

    @discardableResult
    func add(_ more: Int) -> Int {
        number.withLock { number in
            number += more
            return number
        }
    }
}

/// A config map of a test.
func configMap(_ name: String, in namespace: String, _ data: [String: String]? = nil) -> ConfigMap {
    ConfigMap(metadata: ObjectMeta(name: name, namespace: namespace), data: data)
}
