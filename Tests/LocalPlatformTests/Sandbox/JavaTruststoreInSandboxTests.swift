import Foundation
import Testing

@testable import LocalPlatform

@Suite("The truststore for JVMs in a sandbox")
struct JavaTruststoreInSandboxTests {
    private static let hasJVM = FileManager.default.isExecutableFile(atPath: "/usr/bin/keytool")

    @Test(
        "is read, and its digest checked, by a JVM in the sandbox",
        .enabled(if: hasJVM, "there is no JVM here"), arguments: sandboxModes)
    func realJVM(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let output = try await sandbox.output(
                of: "keytool -list -keystore /etc/ssl/certs/java/cacerts -storepass changeit 2>&1")
            #expect(output.contains("Your keystore contains 1 entry") && output.contains("palana-0"), "\(output)")
            #expect(output.contains("Picked up JAVA_TOOL_OPTIONS: -Djavax.net.ssl.trustStore="), "\(output)")
        }
    }
}
