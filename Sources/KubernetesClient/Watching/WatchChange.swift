/// What a watch tells, in order.
public enum WatchChange<Object: KubernetesObject>: Sendable {
    /// Everything that there is: at first, and again when changes may have been missed. What isn't in it is gone.
    case listed(ObjectList<Object>)
    /// Created or changed; the whole object.
    case changed(Object)
    /// As it was last.
    case deleted(Object)
    /// It is there, and can't be read as its kind (for instance because a later release wrote it). Count it as absent.
    case unreadable(ObjectKey, problem: String)
    /// An object that couldn't be read is gone.
    case unreadableDeleted(ObjectKey)
    /// The API server can't be listened to now; it is tried again after the given time. What is known may be old.
    case interrupted(KubernetesFailure, retryIn: Duration)
    /// Changes come (again).
    case resumed
}
