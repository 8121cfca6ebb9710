import KubernetesClient
import PalanaCore
import Testing

@testable import Operator

@Suite("What the API server is told to ask")
struct WebhookConfigurationsTests {
    private static let configurations = WebhookConfigurations(
        place: .service(namespace: "palana-system", name: "palana-webhooks", port: 443), bundlePEM: "PEM")

    private static var all: [Webhook] {
        (configurations.mutating.webhooks ?? []) + (configurations.validating.webhooks ?? [])
    }

    @Test("a webhook that is down can block nothing but agents")
    func scope() {
        for webhook in Self.all {
            for rule in webhook.rules ?? [] {
                let isOurs = rule.apiGroups == ["palana.dev"]
                let isAgentsPods =
                    rule.apiGroups == [""]
                    && webhook.namespaceSelector?.matches(["kubernetes.io/metadata.name": "kube-system"]) == false
                #expect(isOurs || isAgentsPods, "\(webhook.name)")
                #expect(rule.operations?.contains("*") == false && rule.operations?.contains("DELETE") == false)
            }
        }
        let pods = Self.all.filter { $0.name.hasPrefix("pods.") }
        #expect(pods.count == 2)
        #expect(pods.allSatisfy { $0.namespaceSelector?.matches([AgentObjectNames.agentLabel: "agent-x"]) == true })
    }

    @Test("without an answer everything is refused but a kill")
    func failure() {
        for webhook in Self.all {
            let isKill = webhook.name == "killswitches.validate.palana.dev"
            #expect(webhook.failurePolicy == (isKill ? "Ignore" : "Fail"))
            #expect(webhook.sideEffects == "None" && webhook.admissionReviewVersions == ["v1"])
            #expect((1...30).contains(webhook.timeoutSeconds ?? 0))
        }
    }

    @Test("every webhook that there is, is asked for, each once")
    func complete() {
        let paths = Self.all.compactMap { $0.clientConfig?.service?.path }
        #expect(paths.sorted() == WebhookPath.allCases.map(\.rawValue).sorted())
        #expect(Set(Self.all.map(\.name)).count == paths.count)
    }

    @Test("containers that are added to a running pod, and resizes, are asked about, too")
    func subresources() {
        for webhook in Self.all where webhook.name.hasPrefix("pods.") {
            #expect(webhook.rules?.first?.resources == ["pods", "pods/ephemeralcontainers", "pods/resize"])
        }
    }
}
