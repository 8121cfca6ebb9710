import ControllerRuntime
import KubernetesClient
import PalanaCore

/// Makes objects what they are to be, and sends nothing where they are so already.
struct ObjectApplier: Sendable {
    let client: KubernetesClient
    /// The namespace that is worked in, as it is now. What a watch still shows of one of the same name before it counts as
    /// absent: watches of different kinds don't hear of an end at the same time.
    var place: Namespace?

    /// - Returns: the object as it is now.
    @discardableResult
    func apply<Object: KubernetesObject>(
        _ wanted: Object, in store: OwnedStore<Object>, evenIf isAnyway: Bool = false
    ) async throws(KubernetesFailure) -> Object {
        if !isAnyway, let there = store.object(wanted.key), !isGone(there), store.isCovered(wanted, by: there) {
            return there
        }
        let applied = try await client.apply(wanted, fieldManager: OperatorConfiguration.fieldManager)
        store.wrote(applied, applying: wanted)
        return applied
    }

    /// Whether it went with a namespace before this one.
    func isGone(_ object: some KubernetesObject) -> Bool {
        guard let place, object.metadata.namespace == place.metadata.name,
            let made = object.metadata.creationTimestamp, let start = place.metadata.creationTimestamp
        else { return false }
        return made < start
    }

    /// The same for a binding: whose role is another one can't be changed, so it is made anew.
    func apply(
        _ wanted: RoleBinding, in store: OwnedStore<RoleBinding>
    ) async throws(KubernetesFailure) {
        if let there = store.object(wanted.key), there.roleRef != wanted.roleRef {
            try await delete(there)
        }
        do throws(KubernetesFailure) {
            try await apply(wanted, in: store, evenIf: false)
        } catch {
            // One without our labels, which the watch doesn't show, may have taken its place.
            guard error.reason == .invalid else { throw error }
            try await client.delete(RoleBinding.self, wanted.metadata.name, in: wanted.metadata.namespace)
            try await apply(wanted, in: store, evenIf: true)
        }
    }

    /// Deletes what the store knows; not a later object of the same name.
    func delete<Object: KubernetesObject>(
        _ key: ObjectKey, in store: OwnedStore<Object>
    ) async throws(KubernetesFailure) {
        guard let there = store.informer.object(key), !there.isTerminating else { return }
        try await delete(there)
    }

    func delete<Object: KubernetesObject>(_ object: Object) async throws(KubernetesFailure) {
        let options = DeleteOptions(propagation: .background, uid: object.metadata.uid)
        do throws(KubernetesFailure) {
            try await client.delete(Object.self, object.metadata.name, in: object.metadata.namespace, options)
        } catch {
            // Another one stands there by now: it is looked at when the watch shows it.
            guard error.reason == .conflict else { throw error }
        }
    }
}

extension ObjectApplier {
    /// Makes a namespace of ours what it is to be. One that isn't there is created, never applied: what somebody else made
    /// meanwhile under its name must not become ours.
    /// - Returns: false when somebody was faster.
    func settle(
        _ wanted: Namespace, in store: OwnedStore<Namespace>, evenIf isAnyway: Bool = false
    ) async throws(KubernetesFailure) -> Bool {
        if store.object(wanted.key) != nil {
            try await apply(wanted, in: store, evenIf: isAnyway)
            return true
        }
        do throws(KubernetesFailure) {
            store.wrote(try await client.create(wanted))
            return true
        } catch {
            guard error.reason == .alreadyExists else { throw error }
            return false
        }
    }
}

extension Trouble {
    /// The watch shows in a moment whose namespace it is.
    static func justTaken(_ name: String) -> Trouble {
        Trouble(
            "NameTaken", "the namespace \(name) was made by somebody else in this moment", retry: .after(.seconds(2)))
    }

    /// What the queue is told.
    /// - Throws: itself, for growing pauses.
    func outcome() throws(Trouble) -> ReconcileOutcome {
        switch retry {
        case .onChange: .done
        case .after(let delay): .requeue(after: delay)
        case .backoff: throw self
        }
    }
}

extension Trouble: CustomStringConvertible {
    var description: String { "\(reason): \(message)" }
}
