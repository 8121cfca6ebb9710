import Foundation
import ServiceSupport
import Testing

struct ToolLocatorTests {
    private let wanted = Tool("thing", atLeast: ToolVersion(1, 4), mend: "scripts/setup.sh")

    @Test("The first program that is new enough wins, not the first")
    func newEnough() async throws {
        let machine = try DoctorFixture()
        try machine.program("old/thing", prints: "thing 1.3.9")
        let new = try machine.program("new/thing", prints: "thing 1.10.0")
        let locator = ToolLocator(folders: ["\(machine.path)/old", "\(machine.path)/none", "\(machine.path)/new"])
        #expect(await locator.find(wanted) == .found(path: new, version: ToolVersion(1, 10)))
        #expect(locator.path(of: "thing") == "\(machine.path)/old/thing")
        #expect(try await locator.resolved([wanted]).path(of: "thing") == new)
    }

    @Test("What is missing is said with every program that was tried and the command that mends it")
    func missing() async throws {
        let machine = try DoctorFixture()
        try machine.program("old/thing", prints: "thing 1.3.9")
        try machine.program("broken/thing", prints: "cannot find libc", status: 1)
        try machine.write("thing 9.9", to: "text/thing")
        try FileManager.default.createDirectory(
            atPath: "\(machine.path)/folder/thing", withIntermediateDirectories: true)
        let folders = ["old", "broken", "text", "folder"].map { "\(machine.path)/\($0)" }
        let error = await #expect(throws: ToolsMissing.self) {
            try await ToolLocator(folders: folders).resolved([wanted])
        }
        #expect(
            error?.description == "thing ≥ 1.4.0 is missing (\(machine.path)/old/thing is 1.3.9; "
                + "\(machine.path)/broken/thing doesn't run: cannot find libc); run: scripts/setup.sh")
    }

    @Test("All that is missing is one sentence, with one command where one brings it all")
    func severalMissing() async throws {
        let nowhere = ToolLocator(folders: [])
        let platform = await #expect(throws: ToolsMissing.self) { try await nowhere.resolved(Tool.platform) }
        #expect(
            platform?.description == "envoy ≥ 1.40.0 is missing, opa ≥ 1.4.0 is missing, bao ≥ 2.7.0 is missing, "
                + "bwrap ≥ 0.8.0 is missing; run: scripts/setup.sh")
        let sandbox = await #expect(throws: ToolsMissing.self) { try await nowhere.resolved([.bubblewrap]) }
        #expect(sandbox?.description == "bwrap ≥ 0.8.0 is missing; run: sudo apt-get install bubblewrap")
    }

    @Test("A program that never answers is given up")
    func silent() async throws {
        let machine = try DoctorFixture()
        let program = try machine.write("#!/bin/sh\nexec sleep 60\n", to: "bin/thing", mode: 0o755)
        let clock = ContinuousClock()
        let start = clock.now
        let output = await CommandOutput.of(program, [], within: .milliseconds(200))
        #expect(!output.succeeded)
        #expect(start.duration(to: clock.now) < .seconds(20))
    }

    @Test("Folders are those of PALANA_TOOLS, then PATH, then the cache")
    func folders() {
        let locator = ToolLocator(environment: [
            "PALANA_TOOLS": "/own", "PATH": "/a:/b", "HOME": "/home/me",
        ])
        #expect(locator.folders == ["/own", "/a", "/b", "/home/me/.cache/palana/bin", "/usr/sbin", "/sbin"])
        #expect(ToolLocator(environment: ["PALANA_CACHE": "/c", "PATH": "/a"]).folders.contains("/c/bin"))
    }

    @Test("The machine that runs the tests has every program of the platform, new enough")
    func real() async throws {
        let locator = ToolLocator(environment: ProcessInfo.processInfo.environment)
        for (tool, search) in await locator.searchAll(Tool.platform + Tool.development) {
            #expect(search.path != nil, "\(ToolsMissing.describe(tool, search)); run: \(tool.mend)")
        }
    }
}
