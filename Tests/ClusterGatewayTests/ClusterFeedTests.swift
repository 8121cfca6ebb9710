import KubernetesClient
import PalanaCore
import Testing

@testable import ClusterGateway

@Suite("What a watch tells the index")
struct ClusterFeedTests {
    private static func text(_ changes: [ClusterChange]) -> [String] {
        changes.map { change in
            switch change {
            case .template(let template): "template \(template.metadata.name)"
            case .gone(_, let key): "gone \(key)"
            case .unreadable(_, let key, _): "unreadable \(key)"
            case .synced: "synced"
            default: "other"
            }
        }
    }

    private static func template(_ name: String) -> AgentTemplate { AgentTemplate(metadata: ObjectMeta(name: name)) }

    @Test("All that there is, what can't be read, then that it is all; after a gap also what went meanwhile")
    func lists() {
        var feed = ClusterFeed<AgentTemplate>(.templates) { .template($0) }
        let first = ObjectList(
            items: [Self.template("a"), Self.template("b")], resourceVersion: "1", unreadable: [ObjectKey("c"): "odd"])
        #expect(Self.text(feed.changes(for: .listed(first))) == ["template a", "template b", "unreadable c", "synced"])
        #expect(Self.text(feed.changes(for: .changed(Self.template("d")))) == ["template d"])
        #expect(Self.text(feed.changes(for: .unreadable(ObjectKey("e"), problem: "odd"))) == ["unreadable e"])
        let failure = KubernetesFailure(.unreachable, "away")
        #expect(feed.changes(for: .interrupted(failure, retryIn: .seconds(1))).isEmpty)
        #expect(feed.changes(for: .resumed).isEmpty)
        let second = ObjectList(items: [Self.template("b")], resourceVersion: "9")
        #expect(
            Self.text(feed.changes(for: .listed(second)))
                == ["gone a", "gone c", "gone d", "gone e", "template b", "synced"])
        #expect(Self.text(feed.changes(for: .deleted(Self.template("b")))) == ["gone b"])
        #expect(Self.text(feed.changes(for: .unreadableDeleted(ObjectKey("x")))) == ["gone x"])
        let third = ObjectList<AgentTemplate>(items: [], resourceVersion: "10")
        #expect(Self.text(feed.changes(for: .listed(third))) == ["synced"])
    }
}
