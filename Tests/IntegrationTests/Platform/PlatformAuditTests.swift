import Foundation
import TestSupport
import Testing

@Suite("The audit log of a running platform", .platform, .serialized)
struct PlatformAuditTests {
    enum Tampering: String, Sendable, CaseIterable {
        case edited, removed, inserted, reordered, forged, tornLast

        /// - Returns: the number of the first line that is wrong then, and what is said of it.
        func apply(to lines: inout [String]) -> (line: Int, says: String) {
            let at = lines.count / 2
            switch self {
            case .edited:
                lines[at] = lines[at].replacing("palana", with: "patana", maxReplacements: 1)
                return (at + 1, "edited")
            case .removed:
                lines.remove(at: at)
                return (at + 1, "missing")
            case .inserted:
                lines.insert(lines[at], at: at)
                return (at + 2, "inserted")
            case .reordered:
                lines.swapAt(at, at + 1)
                return (at + 1, "missing")
            case .forged:
                lines[at] = "{\"activity_id\": 1}"
                return (at + 1, "put in")
            case .tornLast:
                let last = lines.removeLast()
                lines.append(String(last.prefix(last.count / 2)))
                return (lines.count, "cut")
            }
        }
    }

    @Test("tells the first line that somebody touched", arguments: Tampering.allCases)
    func touched(_ tampering: Tampering) async throws {
        let platform = try PlatformFixture.shared()
        let (copy, file) = try await Self.copy(of: platform)
        var lines = try Self.lines(file)
        let expected = tampering.apply(to: &lines)
        let text = lines.joined(separator: "\n") + (tampering == .tornLast ? "" : "\n")
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        for arguments in [["--state", copy], [file, "--state", copy]] {
            let result = try await platform.palana(["audit", "verify"] + arguments)
            #expect(result.status == 1, "\(result)")
            #expect(result.output.contains("\(file):\(expected.line): "), "\(result)")
            #expect(result.output.contains(expected.says), "\(result)")
        }
    }

    @Test("tells that its tail was cut, to who kept its head")
    func cut() async throws {
        let platform = try PlatformFixture.shared()
        let (copy, file) = try await Self.copy(of: platform)
        let whole = try await platform.palana("audit", "verify", "--state", copy, "-o", "json")
        let head = try #require(whole.output.firstMatch(of: /"head" ?: ?"([0-9a-f]{64})"/)?.output.1)
        let sound = try await platform.palana("audit", "verify", "--state", copy, "--head", String(head))
        #expect(sound.status == 0 && sound.output.contains("tail anchored"), "\(sound)")
        let lines = try Self.lines(file).dropLast(3)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: file))
        let result = try await platform.palana("audit", "verify", "--state", copy, "--head", String(head))
        #expect(result.status == 1 && result.output.contains("tail was cut off"), "\(result)")
    }

    /// The audit folder as it is now, in another state folder, and its newest file.
    private static func copy(of platform: PlatformFixture) async throws -> (state: String, file: String) {
        #expect(try await platform.probe("one", PlatformFailureTests.request).status == 200)
        let state = platform.folder.path("copy-\(UUID().uuidString.prefix(8))")
        try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
        try FileManager.default.copyItem(atPath: "\(platform.state)/audit", toPath: "\(state)/audit")
        let names = try FileManager.default.contentsOfDirectory(atPath: "\(state)/audit")
        let name = try #require(names.filter { $0.hasSuffix(".jsonl") }.max())
        return (state, "\(state)/audit/\(name)")
    }

    private static func lines(_ file: String) throws -> [String] {
        var lines = try String(contentsOfFile: file, encoding: .utf8).components(separatedBy: "\n")
        // A copy may catch the last line while it is written.
        lines.removeLast()
        return lines
    }
}
