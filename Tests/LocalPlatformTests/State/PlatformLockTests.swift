import Foundation
import Glibc
import LocalPlatform
import TestSupport
import Testing

@Suite struct PlatformLockTests {
    @Test func aSecondHolderIsRefusedWithTheFirstOnesProcess() throws {
        try withTemporaryFolder { path in
            let folder = try StateFolder(path: path)
            let lock = try PlatformLock(folder)
            let error = #expect(throws: PlatformLock.Held.self) { try PlatformLock(folder) }
            #expect(error?.pid == getpid())
            #expect(PlatformLock.holder(of: folder) == getpid())
            withExtendedLifetime(lock) {}
        }
    }

    @Test func aLockWhoseHolderIsGoneIsFree() throws {
        try withTemporaryFolder { path in
            let folder = try StateFolder(path: path)
            do { _ = try PlatformLock(folder) }
            #expect(PlatformLock.holder(of: folder) == nil)
            _ = try PlatformLock(folder)
        }
    }
}
