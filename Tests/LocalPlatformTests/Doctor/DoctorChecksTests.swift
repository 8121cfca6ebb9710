import Foundation
import Glibc
import ServiceSupport
import Testing

@testable import LocalPlatform

struct DoctorChecksTests {
    @Test(
        "A missing program of the platform stops it, one of the demo's is a warning, and both name the mending command")
    func tools() async throws {
        let check = ToolsCheck(locator: ToolLocator(folders: []), tools: [.envoy, Tool.development[0]])
        let findings = await check.findings()
        #expect(findings.map(\.status) == [.missing, .warning])
        #expect(findings.map(\.mend) == ["scripts/setup.sh", "sudo apt-get install git"])
        #expect(!findings.allowStart)
    }

    @Test("The sandbox's own programs are looked for beside palana")
    func ownPrograms() async throws {
        let machine = try DoctorFixture()
        try machine.program("palana-init", prints: "")
        let findings = await OwnProgramsCheck(folders: [machine.path]).findings()
        #expect(findings.map(\.status) == [.ok, .missing])
        #expect(findings.map(\.mend) == [nil, "make init"])
        #expect(await OwnProgramsCheck(folders: []).findings().isEmpty)
    }

    @Test("With a Vault of one's own OpenBao isn't looked for")
    func vault() async throws {
        let own = DoctorConfiguration(
            tools: ToolLocator(folders: []), stateFolder: "/tmp/none", vaultAddress: "https://v", userID: 0)
        var names = Set(await Doctor(own).examine().map(\.name))
        #expect(!names.contains("bao"))
        let none = DoctorConfiguration(tools: ToolLocator(folders: []), stateFolder: "/tmp/none", userID: 0)
        names = Set(await Doctor(none).examine().map(\.name))
        #expect(names.contains("bao"))
    }

    @Test(
        "Settings that forbid user namespaces are named with the command that allows them",
        arguments: [
            ("proc/sys/kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
            ("proc/sys/user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=10000"),
            (
                "proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1",
                "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
            ),
        ])
    func namespaces(file: String, value: String, mend: String) async throws {
        let machine = try DoctorFixture()
        try machine.write("", to: "proc/self/ns/user")
        let system = SystemFiles(root: machine.path)
        #expect(await UserNamespaceCheck(isRoot: false, system: system).findings().map(\.status) == [.ok])
        try machine.write("\(value)\n", to: file)
        let findings = await UserNamespaceCheck(isRoot: false, system: system).findings()
        #expect(findings.map(\.status) == [.missing])
        #expect(findings.map(\.mend) == [mend])
        #expect(await UserNamespaceCheck(isRoot: true, system: system).findings().map(\.status) == [.ok])
    }

    @Test(
        "As root, limits need the memory, cpu and pids controllers of cgroup v2 or v1",
        arguments: [
            (
                ["sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids", "sys/fs/cgroup/cgroup.procs": ""],
                "ok"
            ),
            (["sys/fs/cgroup/cgroup.controllers": "cpuset cpu", "sys/fs/cgroup/cgroup.procs": ""], "memory, pids"),
            (["sys/fs/cgroup/cgroup.controllers": "cpu memory pids"], "read-only"),
            (["sys/fs/cgroup/memory/a": "", "sys/fs/cgroup/cpu/a": "", "sys/fs/cgroup/pids/a": ""], "ok"),
            (["sys/fs/cgroup/memory/a": ""], "cpu, pids"),
        ])
    func limits(files: [String: String], expected: String) async throws {
        let machine = try DoctorFixture()
        for (file, text) in files { try machine.write(text, to: file) }
        let check = LimitsCheck(isRoot: true, system: SystemFiles(root: machine.path))
        let finding = try #require(await check.findings().first)
        #expect(
            expected == "ok" ? finding.status == .ok : finding.status == .warning && finding.detail.contains(expected))
        #expect((finding.mend == nil) == (finding.status == .ok))
    }

    @Test("As a user, limits need systemd-run and a systemd of the user's own")
    func userLimits() async throws {
        let machine = try DoctorFixture()
        let system = SystemFiles(root: machine.path)
        var check = LimitsCheck(isRoot: false, system: system, systemdRun: nil, runtimeFolder: machine.path)
        #expect(await check.findings().first?.status == .warning)
        check.systemdRun = "/usr/bin/systemd-run"
        #expect(await check.findings().first?.status == .warning)
        try machine.write("", to: "systemd/private")
        #expect(await check.findings().first?.status == .ok)
    }

    @Test("The state folder must be a folder of one's own that nobody else can look into")
    func stateFolder() async throws {
        let machine = try DoctorFixture()
        func finding(_ path: String, user: UInt32 = geteuid()) async throws -> DoctorFinding {
            try #require(await StateFolderCheck(path: path, userID: user).findings().first)
        }
        #expect(try await finding(machine.path).status == .ok)
        #expect(try await finding("\(machine.path)/later/still").status == .ok)
        #expect(try await finding(machine.path, user: geteuid() + 1).status == .missing)
        #expect(try await finding("/" + String(repeating: "a", count: 200)).status == .missing)
        #expect(try await finding(machine.write("", to: "file")).detail.contains("not a folder"))
        #expect(chmod(machine.path, 0o755) == 0)
        #expect(try await finding(machine.path).mend == "chmod 700 \(machine.path)")
    }

    @Test(
        "Little free space is a warning, too little stops the platform",
        arguments: [(0, 0, "ok"), (0, 62, "warning"), (62, 62, "missing")])
    func disk(least: Int64, comfortable: Int64, status: String) async throws {
        let machine = try DoctorFixture()
        let check = DiskCheck(folder: "\(machine.path)/a/b", least: 1 << least, comfortable: 1 << comfortable)
        #expect(await check.findings().map(\.status.rawValue) == [status])
    }

    @Test(
        "Core dumps that go to a program are a warning",
        arguments: [("core", "ok"), ("|/usr/share/apport/apport -p%p", "warning")])
    func coreDumps(pattern: String, status: String) async throws {
        let machine = try DoctorFixture()
        try machine.write(pattern, to: "proc/sys/kernel/core_pattern")
        let findings = await CorePatternCheck(system: SystemFiles(root: machine.path)).findings()
        #expect(findings.map(\.status.rawValue) == [status])
    }

    @Test("A broken Envoy and a bubblewrap that may not make namespaces are found by trying them")
    func tried() async throws {
        let machine = try DoctorFixture()
        try machine.write(
            "#!/bin/sh\n[ \"$1\" = --version ] && echo 'envoy version: x/1.40.0/Clean' && exit\necho 'bad config' >&2; exit 1\n",
            to: "envoy", mode: 0o755)
        try machine.write(
            "#!/bin/sh\n[ \"$1\" = --version ] && echo 'bubblewrap 0.8.0' && exit\necho 'No permissions' >&2; exit 1\n",
            to: "bwrap", mode: 0o755)
        let locator = ToolLocator(folders: [machine.path])
        let findings =
            await EnvoyRunsCheck(locator: locator).findings() + SandboxCheck(locator: locator, isRoot: false).findings()
        try #require(findings.map(\.status) == [.missing, .missing])
        #expect(findings[0].detail.hasSuffix("bad config"))
        #expect(findings[1].detail.hasSuffix("No permissions"))
    }

    @Test("On the machine that runs the tests the real Envoy and the real bubblewrap work")
    func real() async throws {
        let locator = ToolLocator(environment: ProcessInfo.processInfo.environment)
        #expect(await EnvoyRunsCheck(locator: locator).findings().map(\.status) == [.ok])
        #expect(await SandboxCheck(locator: locator, isRoot: geteuid() == 0).findings().map(\.status) == [.ok])
    }
}
