import Foundation
import Gateway
import ServiceSupport
import Testing

@Suite struct EnvoyBootstrapTests {
    static func bootstrap(_ allowances: [String] = [], resolvers: [String] = []) throws -> EnvoyBootstrap {
        EnvoyBootstrap(
            .init(
                sockets: .init(
                    discovery: "/tmp/p/x.sock", authorization: "/tmp/p/a.sock", processing: "/tmp/p/p.sock",
                    accessLog: "/tmp/p/l.sock", internalService: "/tmp/p/i.sock", admin: "/tmp/p/admin.sock"),
                trustBundle: "/etc/ssl/certs/ca-certificates.crt",
                resolvers: try resolvers.map(Resolver.init(parsing:)),
                allowPrivate: try allowances.map(PrivateAllowance.init(parsing:))))
    }

    @Test(
        "envoy accepts the configuration",
        arguments: [
            ([], []), (["*=127.0.0.0/8"], ["127.0.0.1:5300", "[2001:db8::53]:53"]),
            (["git.corp.example=10.1.2.0/24:443", "git.corp.example=10.1.3.4:22", "*.lab.example=fd00::/8"], []),
        ])
    func validates(allowances: [String], resolvers: [String]) throws {
        let envoy = try #require(ToolLocator(environment: ProcessInfo.processInfo.environment).path(of: "envoy"))
        let folder = URL(fileURLWithPath: "/tmp/p\(UInt32.random(in: .min ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appendingPathComponent("b.json")
        try Self.bootstrap(allowances, resolvers: resolvers).render().write(to: file)
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: envoy)
        process.arguments = EnvoyCommand(executable: envoy, configuration: file).arguments + ["--mode", "validate"]
        process.standardError = pipe
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(output)")
        #expect(!output.contains("deprecated"), "\(output)")
    }
}
