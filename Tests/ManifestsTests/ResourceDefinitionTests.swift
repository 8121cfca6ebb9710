import Foundation
import PalanaCore
import Testing

@testable import Manifests

@Suite struct ResourceDefinitionTests {
    /// deploy/crds in this checkout.
    private static let folder = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "deploy/crds")

    @Test(arguments: ResourceKind.allCases)
    func `What is committed is what the schemas say; make generate writes it`(kind: ResourceKind) throws {
        let definition = ResourceDefinition(kind)
        let committed = try String(contentsOf: Self.folder.appending(path: definition.fileName), encoding: .utf8)
        #expect(try definition.yaml() == committed, "run make generate and commit deploy/crds")
    }

    @Test func `Nothing else lies there`() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).sorted()
        #expect(names == ResourceKind.allCases.map { ResourceDefinition($0).fileName }.sorted())
    }

    /// An API server refuses a rule whose cost it can't bound (Kubernetes, "resource use by validation functions").
    @Test(arguments: ResourceKind.allCases)
    func `Every list and text under which a rule stands has a bound`(kind: ResourceKind) {
        #expect(Self.unbounded(.object(.of(kind)), at: kind.rawValue, isBounded: true) == [])
    }

    private static func unbounded(_ type: FieldType, at path: String, isBounded: Bool) -> [String] {
        switch type {
        case .text(let rule):
            return rule.rules.isEmpty || isBounded && rule.maximum != nil ? [] : [path]
        case .list(let element, let rule):
            return unbounded(element, at: path, isBounded: isBounded && rule.maximum != nil)
        case .object(let schema):
            let own = schema.rules.isEmpty || isBounded ? [] : [path]
            return own
                + schema.fields.flatMap { unbounded($0.type, at: "\(path).\($0.name)", isBounded: isBounded) }
        default: return []
        }
    }

    /// An API server multiplies what a rule may cost at most with how often it may run, and refuses a definition with a rule
    /// above ten millions or with a hundred in all (Kubernetes, `StaticEstimatedCostLimit`, `StaticEstimatedCRDCostLimit`).
    @Test(arguments: ResourceKind.allCases)
    func `No rule costs more than API servers allow`(kind: ResourceKind) {
        let costs = Self.costs(.object(.of(kind)), at: kind.rawValue, times: 1)
        #expect(costs.filter { $0.cost > 9_000_000 }.map(\.place) == [])
        #expect(costs.reduce(0) { $0 + $1.cost } < 90_000_000)
    }

    /// As cel-go estimates searches in texts, the only dear thing here: a tenth for each byte, of which a character may have
    /// four; a quarter for each byte of an expression; and a few for all the rest.
    private static func costs(_ type: FieldType, at path: String, times: Int) -> [(place: String, cost: Int)] {
        switch type {
        case .text(let rule):
            let search = Double(4 * (rule.maximum ?? 1 << 20) + 1) / 10
            return rule.rules.map { rule in
                let expressions = rule.expression.matches(of: /matches\('([^']*)'\)/).map { $0.1.utf8.count }
                let contained = rule.expression.matches(of: /contains\(/).count
                let factors = expressions.reduce(contained) { $0 + ($1 + 3) / 4 }
                return ("\(path): \(rule.expression)", (factors * Int(search.rounded(.up)) + 10) * times)
            }
        case .list(let element, let rule):
            return costs(element, at: path, times: times * (rule.maximum ?? 1 << 20))
        case .object(let schema):
            return schema.fields.flatMap { costs($0.type, at: "\(path).\($0.name)", times: times) }
        default: return []
        }
    }

    /// A default would win over the template's value.
    @Test func `What a template can give has no default in an agent`() throws {
        let agent = try #require(ObjectSchema.of(.agent).field("spec"))
        guard case .object(let spec) = agent.type,
            case .object(let template) = ObjectSchema.of(.agentTemplate).field("spec")?.type
        else { throw CocoaError(.featureUnsupported) }
        for name in template.fields.map(\.name) { #expect(spec.field(name)?.defaultValue == nil, "\(name)") }
    }
}
