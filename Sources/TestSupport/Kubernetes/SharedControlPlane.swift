import Foundation
import Synchronization

/// One control plane for all tests of a process: a start costs 6 to 10 s, a namespace some milliseconds.
///
/// It starts with the first test that asks, and ends with the process: `palana-guard` takes its programs, a handler at exit
/// its folder.
enum SharedControlPlane {
    private enum Start {
        case none
        case begun(Task<ControlPlane, any Error>)
    }

    private static let start = Mutex(Start.none)
    private static let folder = Mutex<String?>(nil)

    static func plane() async throws -> ControlPlane {
        let task = start.withLock { start in
            if case .begun(let task) = start { return task }
            // No test may own it: the one that asks first must not take it along when it is cancelled.
            let task = Task.detached { try await begin() }
            start = .begun(task)
            return task
        }
        return try await task.value
    }

    private static func begin() async throws -> ControlPlane {
        let plane = try await ControlPlane.start(ControlPlaneConfiguration())
        folder.withLock { $0 = plane.path }
        atexit { SharedControlPlane.removeFolder() }
        return plane
    }

    private static func removeFolder() {
        guard let path = folder.withLock({ $0 }) else { return }
        // The programs still write until the process is gone: what is left is in /tmp, and small.
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Runs `body` with the control plane that all tests of this process share, and the name of a namespace of its own, which is
/// deleted afterwards. What `body` makes outside of that namespace it removes itself, and gives names that no other test has.
public func withSharedControlPlane<Value>(
    _ body: (ControlPlane, String) async throws -> Value
) async throws -> Value {
    let plane = try await SharedControlPlane.plane()
    let namespace = "test-\(UInt32.random(in: 0 ... .max))"
    // Older servers don't add the label with the name themselves.
    try await plane.admin.must(
        "POST", "/api/v1/namespaces",
        json: """
            {"metadata": {"name": "\(namespace)", "labels": {"kubernetes.io/metadata.name": "\(namespace)"}}}
            """)
    do {
        let value = try await body(plane, namespace)
        try await plane.admin.must("DELETE", "/api/v1/namespaces/\(namespace)")
        return value
    } catch {
        _ = try await plane.admin.send("DELETE", "/api/v1/namespaces/\(namespace)")
        throw error
    }
}
