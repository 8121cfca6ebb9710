import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("A namespace without its Agent")
struct StrayNamespaceTests {
    private let agent = OperatorSamples.agent()

    @Test("says whose it was, and what is to become of its data")
    func known() {
        let stray = StrayNamespace.agent(of: OperatorSamples.plan().namespace)
        #expect(stray?.id == agent.id)
        #expect(stray?.metadata.namespace == agent.metadata.namespace)
        #expect(stray?.spec.workspace?.reclaim == .delete)
        let kept = OperatorSamples.agent { $0.spec.workspace = Workspace(reclaim: .retain) }
        var namespace = OperatorSamples.plan(kept).namespace
        #expect(StrayNamespace.agent(of: namespace)?.spec.workspace?.reclaim == .retain)
        namespace.metadata.annotations?["palana.dev/reclaim"] = nil
        #expect(StrayNamespace.agent(of: namespace)?.spec.workspace?.reclaim == .retain)
    }

    @Test(
        "is left alone unless it is ours beyond doubt",
        arguments: [
            Edit { $0.metadata.labels?["palana.dev/retained"] = "true" },
            Edit { $0.metadata.labels?["palana.dev/agent-name"] = nil },
            Edit { $0.metadata.labels?["palana.dev/agent-name"] = "other" },
            Edit { $0.metadata.annotations?["palana.dev/owner"] = nil },
            Edit { $0.metadata.annotations?["palana.dev/owner"] = "bob@example.com" },
            Edit { $0.metadata.annotations?["palana.dev/owner-sha256"] = nil },
            Edit { $0.metadata.annotations?["palana.dev/paused"] = "true" },
            Edit { $0.metadata.deletionTimestamp = OperatorSamples.now },
            Edit { $0.metadata.name = "agent-alice-example-com-demo-0123456789" },
        ] as [Edit<Namespace>])
    func doubtful(_ change: Edit<Namespace>) {
        #expect(StrayNamespace.agent(of: change.applied(to: OperatorSamples.plan().namespace)) == nil)
    }
}
