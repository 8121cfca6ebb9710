import Synchronization

/// In which version the API server serves the kinds that have more than one; asked again now and then, since API
/// servers are upgraded. At most as many entries as there are such kinds.
final class ServedVersions: Sendable {
    static let lifetime = Duration.seconds(600)

    private let clock: KubernetesClock
    private let known = Mutex<[ObjectType: (version: String, since: Duration)]>([:])

    init(clock: KubernetesClock) {
        self.clock = clock
    }

    func version(of type: ObjectType) -> String? {
        known.withLock { known in
            guard let entry = known[type], clock.now() - entry.since < Self.lifetime else { return nil }
            return entry.version
        }
    }

    func keep(_ version: String, of type: ObjectType) {
        known.withLock { $0[type] = (version, clock.now()) }
    }
}
