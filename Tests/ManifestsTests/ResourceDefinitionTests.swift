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

    /// A default would win over the template's value.
    @Test func `What a template can give has no default in an agent`() throws {
        let agent = try #require(ObjectSchema.of(.agent).field("spec"))
        guard case .object(let spec) = agent.type,
            case .object(let template) = ObjectSchema.of(.agentTemplate).field("spec")?.type
        else { throw CocoaError(.featureUnsupported) }
        for name in template.fields.map(\.name) { #expect(spec.field(name)?.defaultValue == nil, "\(name)") }
    }
}
