import ControllerRuntime
import KubernetesClient
import PalanaCore
import Synchronization

/// The objects of one kind as the watch has them, with our own writes on top until the watch has caught up: what was
/// just written is not written again, nor decided about as it was before.
final class OwnedStore<Object: KubernetesObject>: Sendable {
    /// A write that the watch never shows (it may skip versions) counts no longer than this.
    static var patience: Duration { .seconds(10) }

    private struct Written {
        var object: Object
        var until: Duration
    }

    /// That an object in this version has all that was wanted of it, so that it needs no second look.
    private struct Cover: Equatable {
        var wanted: Int
        var version: String?
    }

    private struct State {
        var written: [ObjectKey: Written] = [:]
        var covers: [ObjectKey: Cover] = [:]
    }

    let informer: Informer<Object>
    private let clock: KubernetesClock
    private let state = Mutex(State())

    init(_ informer: Informer<Object>, clock: KubernetesClock = .continuous) {
        self.informer = informer
        self.clock = clock
        informer.addHandler { [weak self] in self?.saw($0) }
    }

    func object(_ key: ObjectKey) -> Object? {
        let ours = state.withLock { state -> Object? in
            guard let written = state.written[key] else { return nil }
            if written.until > clock.now() { return written.object }
            state.written[key] = nil
            return nil
        }
        return ours ?? informer.object(key)
    }

    /// All of them, in no order.
    var objects: [Object] {
        let ours = state.withLock { state in
            let now = clock.now()
            return state.written.filter { $0.value.until > now }.mapValues(\.object)
        }
        guard !ours.isEmpty else { return informer.objects }
        return informer.objects.filter { ours[$0.key] == nil } + ours.values
    }

    /// To be told of what a write gave back.
    func wrote(_ object: Object) {
        let until = clock.now() + Self.patience
        // The watch may have been faster than the answer.
        if let seen = informer.object(object.key), Self.isAtLeast(seen, object) { return }
        state.withLock { $0.written[object.key] = Written(object: object, until: until) }
    }

    /// The same of what `wanted` was applied with: in this version all of it is there.
    func wrote(_ object: Object, applying wanted: Object) {
        wrote(object)
        let cover = Cover(wanted: wanted.hashValue, version: object.metadata.resourceVersion)
        state.withLock { $0.covers[wanted.key] = cover }
    }

    /// Whether applying `wanted` would change nothing of `there`.
    func isCovered(_ wanted: Object, by there: Object) -> Bool {
        let cover = Cover(wanted: wanted.hashValue, version: there.metadata.resourceVersion)
        if state.withLock({ $0.covers[wanted.key] }) == cover { return true }
        guard wanted.isCovered(by: there) else { return false }
        state.withLock { $0.covers[wanted.key] = cover }
        return true
    }

    private func saw(_ change: InformerChange<Object>) {
        state.withLock { state in
            if let written = state.written[change.key], Self.isAtLeast(change.object, written.object) {
                state.written[change.key] = nil
            }
            if case .deleted = change { state.covers[change.key] = nil }
        }
    }

    /// Versions count upwards; where they are no numbers the watch is believed.
    private static func isAtLeast(_ left: Object, _ right: Object) -> Bool {
        guard let left = left.metadata.resourceVersion.flatMap(UInt64.init),
            let right = right.metadata.resourceVersion.flatMap(UInt64.init)
        else { return true }
        return left >= right
    }
}
