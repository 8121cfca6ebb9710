import Foundation
import KubernetesClient
import Logging
import PalanaCore
import Synchronization
import TestSupport

let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

extension KubernetesClient {
    /// A client of a stub.
    static func stub(
        _ address: String, credentials: KubernetesCredentials = KubernetesCredentials(),
        timeout: Duration = .seconds(60), silence: Duration = .seconds(60)
    ) throws -> KubernetesClient {
        try KubernetesClient(
            KubernetesConfiguration(
                server: ServerAddress(address), credentials: credentials, requestTimeout: timeout,
                watchSilence: silence), logger: quiet)
    }
}

/// Serves answers and gives `body` a client of them.
func serve(
    credentials: KubernetesCredentials = KubernetesCredentials(), timeout: Duration = .seconds(60),
    silence: Duration = .seconds(60),
    _ answer: @escaping @Sendable (APIServerStub.Request) async -> APIServerStub.Answer,
    _ body: @escaping @Sendable (APIServerStub, KubernetesClient) async throws -> Void
) async throws {
    try await APIServerStub.serve(answer: answer) { stub, address in
        let client = try KubernetesClient.stub(address, credentials: credentials, timeout: timeout, silence: silence)
        try await body(stub, client)
        try await client.shutdown()
    }
}

/// Answers that are given one after the other, the last one again and again.
final class Script<Step: Sendable>: Sendable {
    private let steps: Mutex<[Step]>

    init(_ steps: [Step]) {
        self.steps = Mutex(steps)
    }

    func next() -> Step {
        steps.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
    }
}

/// Collects what a test is told.
final class Collected<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }
    func add(_ element: Element) { elements.withLock { $0.append(element) } }
}

/// The failure of a call that must not go well.
func failure<Value>(of call: () async throws(KubernetesFailure) -> Value) async -> KubernetesFailure? {
    do throws(KubernetesFailure) {
        _ = try await call()
        return nil
    } catch {
        return error
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

/// A config map in JSON, as the API server has it.
func configMap(_ name: String, version: Int, data: String = "x") -> String {
    #"{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"\#(name)","namespace":"n","uid":"u-\#(name)","#
        + #""resourceVersion":"\#(version)"},"data":{"k":"\#(data)"}}"#
}

/// A list's page in JSON.
func page(_ items: [String], version: Int, next: String = "") -> String {
    #"{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"resourceVersion":"\#(version)","continue":"\#(next)"},"#
        + #""items":[\#(items.joined(separator: ","))]}"#
}

/// A watch's line in JSON.
func event(_ type: String, _ object: String) -> String { #"{"type":"\#(type)","object":\#(object)}"# }

let gone =
    #"{"kind":"Status","status":"Failure","reason":"Expired","message":"too old resource version","code":410}"#
