import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
public import ServiceLifecycle

/// Answers whoever watches over this process, such as a kubelet: `/healthz` while it runs, `/readyz` when it can work, with
/// what is missing until then, one sentence a line. Says nothing else and takes nothing in.
public struct HealthServer: Service {
    private let host: String
    private let port: Int
    private let missing: @Sendable () async -> [String]
    private let logger: Logger

    /// - Parameter missing: what keeps this process from its work; empty when it is ready.
    public init(host: String, port: Int, logger: Logger, missing: @escaping @Sendable () async -> [String]) {
        self.host = host
        self.port = port
        self.missing = missing
        self.logger = logger
    }

    /// Serves until shutdown.
    public func run() async throws {
        let router = Router()
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz") { [missing] _, _ -> Response in
            let missing = await missing()
            let text = missing.isEmpty ? "ok\n" : missing.map { "\($0)\n" }.joined()
            return Response(
                status: missing.isEmpty ? .ok : .serviceUnavailable, headers: [.contentType: "text/plain"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        try await Application(
            router: router, configuration: ApplicationConfiguration(address: .hostname(host, port: port)),
            logger: logger
        ).run()
    }
}
