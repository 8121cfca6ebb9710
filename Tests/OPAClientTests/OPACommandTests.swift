import Foundation
import OPAClient
import TestSupport
import Testing

@Suite struct OPACommandTests {
    @Test func `OPA listens on one Unix socket that only its user reaches, and on nothing else`() async throws {
        try await Bench.with { bench in
            let attributes = try FileManager.default.attributesOfItem(atPath: bench.opa.socketPath)
            let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue
            #expect(mode == 0o600)
            let sockets = Set(try descriptors(of: bench.opa.pid).filter { $0.hasPrefix("socket:[") })
            for table in ["tcp", "tcp6", "udp", "udp6"] {
                let inodes = try String(contentsOfFile: "/proc/\(bench.opa.pid)/net/\(table)", encoding: .utf8)
                    .split(separator: "\n").dropFirst().map { "socket:[\($0.split(separator: " ")[9])]" }
                #expect(sockets.intersection(inodes).isEmpty, "OPA has a \(table) socket")
            }
            let ready = await bench.server.isReady()
            #expect(ready)
        }
    }

    @Test func `A path that is no socket's and a folder that others enter are refused`() throws {
        let long = "/tmp/" + String(repeating: "x", count: 120) + "/opa.sock"
        let distant = OPACommand(executable: "opa", socketPath: long)
        #expect(throws: PolicyProblem.self) { try distant.prepare() }
        let folder = "/tmp/p\(UInt32.random(in: 0 ... .max))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let command = OPACommand(executable: "opa", socketPath: "\(folder)/opa.sock")
        try command.prepare()
        try command.prepare()
        #expect(chmod(folder, 0o755) == 0)
        #expect(throws: PolicyProblem.self) { try command.prepare() }
    }

    private func descriptors(of pid: Int32) throws -> [String] {
        let folder = "/proc/\(pid)/fd"
        return try FileManager.default.contentsOfDirectory(atPath: folder).map {
            try FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\($0)")
        }
    }
}
