import Foundation
import PalanaCore
import ServiceSupport

/// `palana gateway`: one replica of the gateway in a cluster.
struct GatewayRole {
    var settings: GatewaySettings
    var environment: [String: String]

    func run() async throws {
        do {
            ProcessHardening.apply()
            EventLoops.runTasks()
            guard let opa = ToolLocator(environment: environment).path(of: "opa") else {
                throw CommandFailure(.failed, "the program opa is not in PATH; policies are checked with it")
            }
            try await GatewayStack(settings, opa: opa, environment: environment).run()
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as AuditFailure {
            throw CommandFailure(.failed, failure.reason)
        } catch {
            throw CommandFailure(.failed, "\(error)")
        }
    }
}
