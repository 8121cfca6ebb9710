import Foundation
import PalanaCore
import Testing

@testable import Manifests

/// The schemas and the Codable kinds name the same fields.
@Suite struct SchemaCoverageTests {
    /// Every kind with every field filled.
    private static func full(_ kind: ResourceKind) -> Resource {
        let metadata = ObjectMeta(name: "x")
        switch kind {
        case .agent: return .agent(Agent(metadata: metadata, spec: agentSpec, status: agentStatus))
        case .agentTemplate:
            return .agentTemplate(
                AgentTemplate(
                    metadata: metadata,
                    spec: AgentTemplateSpec(
                        image: "i", command: ["c"], env: env, resources: resources, secrets: [secret], egress: egress,
                        idle: idle)))
        case .egressPolicy:
            let spec = EgressPolicySpec(
                agentSelector: AgentSelector(labels: ["a": "b"], owners: ["o"]), allow: [rule], deny: [rule], rego: "r",
                grants: true)
            return .egressPolicy(
                EgressPolicy(metadata: metadata, spec: spec, status: EgressPolicyStatus(conditions: [condition])))
        case .killSwitch:
            let target = KillTarget(agent: "a", owner: "o", selector: .init(labels: ["a": "b"]), all: true)
            let spec = KillSwitchSpec(target: target, level: .network, reason: "r", expiresAt: .now())
            let hit = KillSwitchStatus.Hit(agent: "a", effectiveAt: .now(), milliseconds: 1)
            return .killSwitch(
                KillSwitch(
                    metadata: metadata, spec: spec,
                    status: KillSwitchStatus(
                        conditions: [condition], effectiveLevel: .network, agents: [hit],
                        gateways: [
                            .init(name: "g", agents: 1, observedGeneration: 1, effectiveAt: .now(), milliseconds: 1)
                        ])))
        case .tenant:
            let quota = TenantQuota(agents: 1, cpu: "1", memory: "1Gi", storage: "1Gi")
            let spec = TenantSpec(owner: "o", ownerKind: .group, quota: quota, allowedTemplates: ["t"])
            return .tenant(
                Tenant(metadata: metadata, spec: spec, status: TenantStatus(namespace: "n", conditions: [condition])))
        }
    }

    private static var agentSpec: AgentSpec {
        AgentSpec(
            owner: "o", template: "t", image: "i", command: ["c"], env: env,
            workspace: Workspace(size: "1Gi", storageClassName: "s", reclaim: .retain), resources: resources,
            runtimeClassName: "r", secrets: [secret], egress: egress,
            ingress: Ingress(port: 1, peers: [Peer(agent: "a/b", port: 1)]), idle: idle, suspended: true, ttl: "1h",
            ttlAction: .delete, wake: Wake(schedule: "0 8 * * *"))
    }

    private static var agentStatus: AgentStatus {
        AgentStatus(
            phase: .running, conditions: [condition], namespace: "n", egressPort: 1, lastActivity: .now(),
            placeholders: [.init(secret: "s", value: "v")])
    }

    private static let env = [EnvironmentVariable(name: "a", value: "b")]
    private static let resources = Resources(limits: .init(cpu: "1", memory: "1Gi"))
    private static let idle = Idle(
        after: "1m", warnBefore: "1m", action: .suspend, cpuFloor: "50m", ignoreHosts: ["h"])
    private static let secret = AgentSecret(
        name: "s", mode: .proxy, hosts: ["h"], positions: [.header], placeholder: "p", canary: true)
    private static let rule = EgressRule(
        host: "h", ports: [1], methods: ["GET"], paths: ["/"], credentials: .any, cookies: .deny)
    private static let egress = Egress(default: .deny, allow: [rule], peers: [Peer(agent: "a/b", port: 1)])
    private static let condition = Condition(
        type: "Ready", status: .true, reason: "r", message: "m", observedGeneration: 1, lastTransitionTime: .now())

    @Test(arguments: ResourceKind.allCases)
    func `Every field of a kind is in its schema, and the reverse`(kind: ResourceKind) throws {
        let data = try JSONEncoder().encode(Self.full(kind))
        let encoded = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        for part in ["spec", "status"] {
            let field = ObjectSchema.of(kind).field(part)
            let described = field.map { Self.paths(of: $0.type, at: part) } ?? []
            #expect(described == Self.paths(of: encoded[part] ?? NSNull(), at: part))
        }
    }

    @Test(arguments: ResourceKind.allCases)
    func `Every field is described in words`(kind: ResourceKind) {
        #expect(Self.undescribed(in: .object(.of(kind)), at: kind.rawValue) == [])
    }

    private static func paths(of value: Any, at path: String) -> Set<String> {
        switch value {
        case let fields as [String: Any]:
            // A map of the person's own names counts as one field.
            if path.hasSuffix("labels") { return [path] }
            return fields.reduce(into: []) { $0.formUnion(paths(of: $1.value, at: "\(path).\($1.key)")) }
        case let items as [Any]:
            return items.reduce(into: []) { $0.formUnion(paths(of: $1, at: path)) }
        case is NSNull: return []
        default: return [path]
        }
    }

    private static func paths(of type: FieldType, at path: String) -> Set<String> {
        switch type {
        case .object(let schema):
            schema.fields.reduce(into: []) { $0.formUnion(paths(of: $1.type, at: "\(path).\($1.name)")) }
        case .list(let element, _): paths(of: element, at: path)
        default: [path]
        }
    }

    private static func undescribed(in type: FieldType, at path: String) -> [String] {
        switch type {
        case .object(let schema):
            schema.fields.flatMap { field in
                (field.description.hasSuffix(".") ? [] : ["\(path).\(field.name)"])
                    + undescribed(in: field.type, at: "\(path).\(field.name)")
            }
        case .list(let element, _): undescribed(in: element, at: path)
        default: []
        }
    }
}
