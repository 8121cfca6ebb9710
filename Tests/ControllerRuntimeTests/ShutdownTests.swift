import ControllerRuntime
import KubernetesClient
import PalanaCore
import ServiceLifecycle
import Synchronization
import TestSupport
import Testing

@Suite("The end of a process")
struct ShutdownTests {
    @Test("In order: the key at hand is finished, notes are sent, then all of it ends", .timeLimit(.minutes(1)))
    func graceful() async throws {
        try await serve { request in
            if request.query["watch"] != nil { return .watch([], then: .silence) }
            return request.method == "GET"
                ? APIServerStub.Answer(200, #"{"metadata":{"resourceVersion":"1"},"items":[]}"#)
                : APIServerStub.Answer(201, #"{"metadata":{"name":"e"}}"#)
        } _: { stub, client in
            let informer = Informer(client, ConfigMap.self, logger: quiet)
            let recorder = EventRecorder(client, component: "c", instance: "i", logger: quiet)
            let queue = WorkQueue<String>()
            let (hasBegun, mayEnd, hasEnded) = (Flag(), Flag(), Flag())
            let controller = Controller<String>(
                ControllerConfiguration(name: "test"), queue: queue, prepare: informer.waitUntilSynced, logger: quiet,
                reconcile: { _ in
                    hasBegun.set()
                    try await eventually { mayEnd.isSet }
                    recorder.record(.normal, about: configMap("a"), reason: "Done", message: "done")
                    hasEnded.set()
                    return .done
                })
            // Services end in the opposite order.
            let group = ServiceGroup(services: [recorder, informer, controller], logger: quiet)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                queue.add("a")
                try await eventually { hasBegun.isSet }
                await group.triggerGracefulShutdown()
                mayEnd.set()
                try await tasks.waitForAll()
            }
            #expect(hasEnded.isSet && stub.log.contains { $0.method == "POST" })
        }
    }

    @Test("In a hurry: a cancelled controller drops what it has at hand", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let queue = WorkQueue<String>()
        let hasBegun = Flag()
        let controller = Controller<String>(
            ControllerConfiguration(name: "test"), queue: queue, logger: quiet,
            reconcile: { _ in
                hasBegun.set()
                try await Task.sleep(for: .seconds(600))
                return .done
            })
        try await working(controller) {
            queue.add("a")
            try await eventually { hasBegun.isSet }
        }
        #expect(controller.counts.done == 0 && controller.counts.failed == 0)
    }
}
