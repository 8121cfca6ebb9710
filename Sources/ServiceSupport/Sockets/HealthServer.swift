import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
public import ServiceLifecycle

/// Answers whoever watches over this process, such as a kubelet: `/healthz` while it runs, `/readyz` when it can work, with
/// what is missing until then, one sentence a line, and what somebody should know all the same. Says nothing else and takes
/// nothing in.
public struct HealthServer: Service {
    private let host: String
    private let port: Int
    private let missing: @Sendable () async -> [String]
    private let remarks: @Sendable () async -> [String]
    private let logger: Logger

    /// - Parameters:
    ///   - missing: what keeps this process from its work; empty when it is ready.
    ///   - remarks: what is not as it should be although it can work.
    public init(
        host: String, port: Int, logger: Logger, missing: @escaping @Sendable () async -> [String],
        remarks: @escaping @Sendable () async -> [String] = { [] }
    ) {
        self.host = host
        self.port = port
        self.missing = missing
        self.remarks = remarks
        self.logger = logger
    }

    /// Serves until shutdown.
    public func run() async throws {
        let router = Router()
        router.get("/healthz") { _, _ in "ok\n" }
        router.get("/readyz") { [missing, remarks] _, _ -> Response in
            let missing = await missing()
            let text = ((missing.isEmpty ? ["ok"] : missing) + (await remarks())).map { "\($0)\n" }.joined()
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
