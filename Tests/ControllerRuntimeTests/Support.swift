import ControllerRuntime
import Foundation
import KubernetesClient
import Logging
import PalanaCore
import Synchronization
import TestSupport

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

/// Serves answers and gives `body` a client of them.
func serve(
    _ answer: @escaping @Sendable (APIServerStub.Request) async -> APIServerStub.Answer,
    _ body: @escaping @Sendable (APIServerStub, KubernetesClient) async throws -> Void
) async throws {
    try await APIServerStub.serve(answer: answer) { stub, address in
        let client = try KubernetesClient(
            KubernetesConfiguration(server: ServerAddress(address), requestTimeout: .seconds(60)), logger: quiet)
        try await body(stub, client)
        try await client.shutdown()
    }
}

/// Waits until `condition` holds, at most a minute: a busy machine takes long.
func eventually(_ condition: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(2))
    }
    throw NotYet()
}

struct NotYet: Error {}

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

/// Runs a controller beside `body`.
func working(_ controller: Controller<String>, _ body: @escaping @Sendable () async throws -> Void) async throws {
    let work: @Sendable () async -> Void = { await controller.run() }
    try await beside(work, body)
}

/// Collects what a test is told.
final class Collected<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }
    func add(_ element: Element) { elements.withLock { $0.append(element) } }
}

/// A switch that several tasks see.
final class Flag: Sendable {
    private let value = Mutex(false)

    var isSet: Bool { value.withLock { $0 } }
    func set() { value.withLock { $0 = true } }
}

func configMap(_ name: String, version: Int = 1, data: String = "x") -> ConfigMap {
    ConfigMap(
        metadata: ObjectMeta(name: name, namespace: "n", uid: "u-\(name)", resourceVersion: "\(version)"),
        data: ["k": data])
}

func json(_ value: some Encodable) throws -> String {
    String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
}
