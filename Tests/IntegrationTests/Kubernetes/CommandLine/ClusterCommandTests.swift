import Foundation
import KubernetesClient
import PalanaCore
import TestSupport
import Testing

@Suite("The command line in a Kubernetes context")
struct ClusterCommandTests {
    private static let manifest = """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: demo}
        spec: {image: "ghcr.io/example/agent:1", egress: {allow: [{host: api.example.com}]}}
        """

    @Test("An owner applies, shows, suspends, starts and deletes agents in the own tenant namespace")
    func lifecycle() async throws {
        try await ClusterCommandWorld.with { world in
            func agent() async throws -> Agent? {
                try await world.world.client.find(Agent.self, "demo", in: world.home)
            }
            let tried = try await world.palana("apply", "--dry-run", "-f", "-", input: Self.manifest)
            #expect(tried.status == 0 && tried.output == "agent/demo created (dry run)\n", "\(tried)")
            #expect(try await agent() == nil)
            for change in ["created", "unchanged"] {
                let result = try await world.palana("apply", "-f", "-", input: Self.manifest)
                #expect(result.status == 0 && result.output == "agent/demo \(change)\n", "\(result)")
            }
            let again = try await world.palana("create", "demo", "--image", "ghcr.io/example/agent:1")
            #expect(again.status == 1 && again.error.contains("already exists"), "\(again)")

            let list = try await world.palana("get", "agents")
            #expect(list.output.contains("demo") && list.output.hasPrefix("NAME"), "\(list)")
            let shown = try await world.palana("describe", "agent", "demo")
            #expect(shown.output.contains("api.example.com"), "\(shown)")

            let suspended = try await world.palana("suspend", "demo")
            #expect(suspended.output == "agent/demo suspended\n", "\(suspended)")
            #expect(try await agent()?.spec.suspended == true)
            // A manifest that doesn't say it leaves it as it is.
            #expect(try await world.palana("apply", "-f", "-", input: Self.manifest).status == 0)
            #expect(try await agent()?.spec.suspended == true)
            #expect(try await world.palana("start", "demo").output == "agent/demo started\n")
            #expect(try await agent()?.spec.suspended == false)
            let running = try await world.palana("resume", "demo")
            #expect(running.status == 1 && running.error.contains("is running already"), "\(running)")

            #expect(try await world.palana("delete", "agent", "demo").output == "agent/demo deleted\n")
            #expect(try await agent() == nil)
            for command in ["get", "delete", "describe"] {
                let gone = try await world.palana(command, "agent", "demo")
                #expect(gone.status == 4 && gone.error.contains("(context test)"), "\(gone)")
            }
        }
    }

    @Test("What is refused names the context, the reason and the documented exit code")
    func refusals() async throws {
        try await ClusterCommandWorld.with { world in
            let denied = try await world.palana(as: ClusterCommandWorld.mallory, "get", "agents")
            #expect(denied.status == 3 && denied.error.hasPrefix("palana (context test): "), "\(denied)")
            #expect(denied.error.contains("forbidden") && denied.error.contains("administrator"), "\(denied)")
            let namespace = world.home
            for arguments in [["get", "agents"], ["suspend", "demo"], ["delete", "agent", "demo"]] {
                let other = try await Command.run(
                    PlatformFixture.program, arguments + ["--namespace", namespace, "--context", "test"],
                    environment: try world.environment(of: ClusterCommandWorld.mallory))
                #expect(other.status == 3, "\(arguments): \(other)")
            }
            let tenants = try await world.palana("get", "tenants")
            #expect(tenants.status == 3, "\(tenants)")
            let bad = try await world.palana("create", "demo", "--image", "/srv/root")
            #expect(bad.status == 1 && bad.error.contains("spec.image"), "\(bad)")

            for arguments in [["up"], ["status"], ["audit", "query"]] {
                let result = try await Command.run(
                    PlatformFixture.program, arguments + ["--context", "test"],
                    environment: try world.environment(of: ClusterCommandWorld.alice))
                #expect(
                    result.status == 1 && result.error.contains("not supported yet in a Kubernetes context"),
                    "\(result)")
            }
            let unknown = try await world.palana("get", "agents", context: "nope")
            #expect(unknown.status == 4 && unknown.error.contains("palana context list"), "\(unknown)")
        }
    }

    @Test("A cluster without Palana says so")
    func bare() async throws {
        try await withControlPlane { plane in
            let folder = try TemporaryFolder()
            let file = try plane.kubeconfigFile(for: plane.administrator())
            let result = try await Command.run(
                PlatformFixture.program, ["get", "policies", "--context", "test"],
                environment: ["KUBECONFIG": file, "XDG_CONFIG_HOME": folder.path("c")])
            #expect(result.status == 4 && result.error.contains("Palana is not installed"), "\(result)")
        }
    }
}
