import Foundation
import LocalPlatform
import Logging
import PalanaCore
import ServiceLifecycle
import Synchronization
import VaultClient

/// The way to the vault from the platform's first moment on: refuses as unavailable until the vault is open and the
/// logins stand, then passes everything on. As a service it keeps the logins alive.
final class VaultGate: SecretReader, SecretWriter, Service {
    /// What to log in with, once the vault can be asked.
    typealias Opener = @Sendable () async throws -> VaultAccess

    private let open: Opener
    private let access = Mutex<VaultAccess?>(nil)
    private let logger: Logger

    init(logger: Logger, open: @escaping Opener) {
        self.open = open
        self.logger = logger
    }

    /// Whether secrets can be had.
    var isOpen: Bool { access.withLock { $0 != nil } }

    func read(_ reference: SecretReference) async throws(SecretFailure) -> Secret<String> {
        try await current().reader.read(reference)
    }

    func write(_ value: Secret<String>, to reference: SecretReference) async throws(SecretFailure) -> Bool {
        try await current().writer.write(value, to: reference)
    }

    func remove(_ reference: SecretReference) async throws(SecretFailure) {
        try await current().writer.remove(reference)
    }

    /// Drops what is cached of one secret.
    func forget(_ reference: SecretReference) {
        access.withLock { $0 }?.reader.invalidate(reference)
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            let opened = try await self.open()
            try await opened.connect()
            self.access.withLock { $0 = opened }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for client in opened.clients { group.addTask { try await client.run() } }
                try await group.waitForAll()
            }
        }
    }

    private func current() throws(SecretFailure) -> VaultAccess {
        guard let access = access.withLock({ $0 }) else {
            throw .unavailable("The vault is not open yet; try again in a moment.")
        }
        return access
    }
}
