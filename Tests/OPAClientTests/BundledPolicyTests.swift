import Foundation
import Testing

@testable import OPAClient

@Suite struct BundledPolicyTests {
    private static let bundled = ["egress.rego": BundledPolicy.base, "capabilities.json": BundledPolicy.capabilities]

    @Test(arguments: bundled.keys.sorted())
    func `The policy in the program is the one in the folder`(_ file: String) throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appendingPathComponent("policies/\(file)"), encoding: .utf8)
        #expect(text == (Self.bundled[file] ?? "") + "\n", "run policies/embed.sh")
    }
}
