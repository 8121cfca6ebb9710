import Foundation
import Glibc
import PalanaCore
import Testing

@testable import LocalPlatform

@Suite("A sandbox keeps its agent from")
struct SandboxIsolationTests {
    @Test("system calls, one by one", arguments: sandboxModes)
    func systemCalls(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let (output, status) = try await sandbox.run(["/tests/palana-probe"])
            #expect(status.isSuccess, "\(output)")
            #expect(output.hasSuffix("calls tried, 0 not as expected"))
        }
    }

    @Test("any network but loopback", arguments: sandboxModes)
    func network(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let devices = try await sandbox.output(of: "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '")
            #expect(
                devices.split(separator: "\n").filter {
                    !["sit0", "tunl0", "ip6tnl0", "gre0", "gretap0", "erspan0", "ip_vti0", "ip6_vti0", "ip6gre0"]
                        .contains($0)
                } == ["lo"])
            let connect = """
                import socket
                for family, address in ((socket.AF_INET, "1.1.1.1"), (socket.AF_INET, "169.254.169.254"),
                                        (socket.AF_INET6, "2606:4700:4700::1111")):
                    try:
                        socket.socket(family).connect((address, 443)); print("connected", address)
                    except OSError as error:
                        print(error.errno)
                """
            #expect(try await sandbox.run(["python3", "-c", connect]).output == "101\n101\n101")
        }
    }

    @Test("the host's processes, files, homes, names and sockets", arguments: sandboxModes)
    func host(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        let abstract = try AbstractListener()
        try await fixture.withSandbox { sandbox async throws in
            #expect(
                try await sandbox.output(of: "ls / | tr '\\n' ' '").split(separator: " ").map(String.init).sorted()
                    == topLevel)
            // PID 1, the agent, sh, ls, grep.
            #expect(Int(try await sandbox.output(of: "ls /proc | grep -c '^[0-9]'")) ?? 99 <= 6)
            #expect(try await sandbox.output(of: "hostname") != ProcessInfo.processInfo.hostName)
            #expect(
                try await sandbox.output(
                    of: "find / -xdev -type s 2>/dev/null; find /run /tmp /data -type s 2>/dev/null") == "")
            #expect(try await sandbox.output(of: "cat /etc/shadow /root/.bashrc 2>&1 | grep -vc 'No such file'") == "0")
            let connect = """
                import socket
                try:
                    socket.socket(socket.AF_UNIX).connect("\\0\(abstract.name)"); print("connected")
                except OSError as error:
                    print(error.errno)
                """
            #expect(try await sandbox.run(["python3", "-c", connect]).output == "111")
            #expect(try await sandbox.output(of: "env | grep -c '^\\(SSH\\|SUDO\\|PALANA_TOOLS\\|XDG\\)'") == "0")
        }
    }

    private var topLevel: [String] {
        let host = ["bin", "lib", "lib32", "lib64", "libx32", "sbin"].filter {
            FileManager.default.fileExists(atPath: "/\($0)")
        }
        return (host + ["data", "dev", "etc", "proc", "run", "tests", "tmp", "usr"]).sorted()
    }

    @Test("writing anywhere but its own places", arguments: sandboxModes)
    func writing(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            for path in [
                "/x", "/usr/x", "/etc/x", "/etc/passwd", "/etc/hosts", "/run/x", "/dev/x", "/run/palana/x", "/tests/x",
                "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory",
                "/proc/sysrq-trigger", "/proc/1/oom_score_adj", "/proc/1/mem",
            ] {
                let output = try await sandbox.output(
                    of: "(echo x >> \(path)) 2>/dev/null && echo written || echo refused")
                #expect(output == "refused", "\(path)")
            }
            for path in ["/data/x", "/tmp/x", "/dev/shm/x", "/dev/null"] {
                let output = try await sandbox.output(
                    of: "(echo x >> \(path)) 2>/dev/null && echo written || echo refused")
                #expect(output == "written", "\(path)")
            }
        }
    }

    @Test("its PID 1", arguments: sandboxModes)
    func processOne(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let looks =
                "cat /proc/1/environ /proc/1/maps /proc/1/mem /proc/1/stack >/dev/null 2>&1 && echo read || echo refused"
            #expect(try await sandbox.output(of: looks) == "refused")
            #expect(
                try await sandbox.output(of: "readlink /proc/1/fd/3 /proc/1/root /proc/1/ns/net || echo refused")
                    == "refused")
            for signal in [1, 2, 3, 9, 11, 15, 19, 20, 31, 34, 64] {
                _ = try await sandbox.output(of: "kill -\(signal) 1")
            }
            #expect(try await sandbox.output(of: "echo alive") == "alive")
        }
    }

    @Test("the gateway's socket, which only PID 1 may use", arguments: sandboxModes)
    func gatewaySocket(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        try await fixture.withSandbox { sandbox async throws in
            let connect = """
                import socket
                try:
                    socket.socket(socket.AF_UNIX).connect("/run/palana/agent.sock"); print("connected")
                except OSError as error:
                    print("refused")
                """
            #expect(try await sandbox.run(["python3", "-c", connect]).output == "refused")
        }
    }

    @Test("becoming another user by setuid programs", arguments: sandboxModes)
    func setuid(mode: SandboxMode) async throws {
        let fixture = try await SandboxFixture(mode)
        let script =
            "for f in su passwd mount newgrp chsh; do p=$(command -v $f) && $p --help >/dev/null 2>&1; done; "
            + "python3 -c 'import os; os.setuid(0)' 2>&1 | grep -o 'not permitted\\|Invalid argument'; id -u"
        try await fixture.withSandbox { sandbox async throws in
            let lines = try await sandbox.output(of: script).split(separator: "\n")
            #expect(lines.first == "not permitted" || lines.first == "Invalid argument")
            #expect(lines.last == "\(fixture.configuration.user)")
        }
    }
}

/// A listening abstract Unix socket of the host.
final class AbstractListener: Sendable {
    let name = "palana-test-\(UInt64.random(in: 0..<UInt64.max))"
    private let socket: Descriptor

    init() throws {
        let number = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        socket = Descriptor(owning: number)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0[1...].copyBytes(from: name.utf8) }
        let size = socklen_t(MemoryLayout<sa_family_t>.size + 1 + name.utf8.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(number, $0, size) }
        }
        guard result == 0, listen(number, 1) == 0 else {
            throw MissingTool(description: "can't bind an abstract socket")
        }
    }
}
