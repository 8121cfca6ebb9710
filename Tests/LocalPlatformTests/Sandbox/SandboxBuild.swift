import Foundation
import Glibc
import Testing

@testable import LocalPlatform

/// Where the programs of sandbox-init/ were built.
enum SandboxBuild {
    static func folder() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return root.appending(path: "sandbox-init/build").path
    }

    static func path(of name: String) throws -> String {
        let path = "\(try folder())/\(name)"
        guard FileManager.default.isExecutableFile(atPath: path) else {
            throw MissingTool(description: "\(path) is missing: run `make -C sandbox-init test`")
        }
        return path
    }
}

struct MissingTool: Error, CustomStringConvertible {
    let description: String
}

/// Waits for a condition; fails the test when it doesn't come true in time.
func eventually(
    within limit: Duration = .seconds(20), sourceLocation: SourceLocation = #_sourceLocation,
    _ condition: () async throws -> Bool
) async throws {
    let clock = ContinuousClock()
    let deadline = clock.now + limit
    while try await !condition() {
        guard clock.now < deadline else {
            Issue.record("the condition didn't come true within \(limit)", sourceLocation: sourceLocation)
            return
        }
        try await clock.sleep(for: .milliseconds(5))
    }
}

func isZombie(_ id: pid_t) -> Bool {
    let stat = (try? String(contentsOfFile: "/proc/\(id)/stat", encoding: .utf8)) ?? ""
    return stat.split(separator: ")").last?.hasPrefix(" Z") ?? true
}
