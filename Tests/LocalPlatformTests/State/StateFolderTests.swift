import Foundation
import Glibc
import LocalPlatform
import TestSupport
import Testing

@Suite struct StateFolderTests {
    @Test func aPathTooLongForSocketsIsRefusedWithTheLimit() {
        let path = "/tmp/" + String(repeating: "x", count: 100)
        let error = #expect(throws: StateFolderError.self) { try StateFolder(path: path) }
        #expect(error?.description.contains("choose a shorter one with --state") == true)
    }

    @Test func everyFolderIsPrivate() throws {
        try withTemporaryFolder { path in
            let folder = try StateFolder(path: "\(path)/state")
            try folder.prepare()
            for name in [folder.path, folder.runFolder, folder.auditFolder, folder.vaultFolder, folder.agentDataFolder]
            {
                var information = stat()
                #expect(stat(name, &information) == 0)
                #expect(information.st_mode & 0o777 == 0o700, "\(name)")
            }
        }
    }

    @Test func aFolderOpenToOthersIsClosed() throws {
        try withTemporaryFolder { path in
            #expect(chmod(path, 0o755) == 0)
            try StateFolder(path: path).prepare()
            var information = stat()
            #expect(stat(path, &information) == 0)
            #expect(information.st_mode & 0o777 == 0o700)
        }
    }

    @Test func aLinkInPlaceOfAFolderIsRefused() throws {
        try withTemporaryFolder { path in
            try FileManager.default.createSymbolicLink(atPath: "\(path)/run", withDestinationPath: "/tmp")
            #expect(throws: StateFolderError.self) { try StateFolder(path: path).prepare() }
        }
    }

    @Test func theEnvironmentChoosesTheFolder() {
        #expect(StateFolder.defaultPath(environment: ["PALANA_STATE": "/s", "HOME": "/h"]) == "/s")
        #expect(StateFolder.defaultPath(environment: ["XDG_DATA_HOME": "/x", "HOME": "/h"]) == "/x/palana")
        #expect(StateFolder.defaultPath(environment: ["HOME": "/h"]) == "/h/.local/share/palana")
    }
}
