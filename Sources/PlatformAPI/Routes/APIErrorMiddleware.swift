import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// The one place where errors become answers: `APIError` as it is, anything else as `failed` without its text.
struct APIErrorMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as APIError {
            return try Response.json(APIErrorBody(error: error), status: error.reason.httpStatus)
        } catch let error as HTTPError {
            let reason: APIError.Reason = error.status == .notFound ? .notFound : .invalid
            let message = error.body ?? "\(request.method) \(request.uri.path) is not part of this API"
            return try Response.json(APIErrorBody(error: APIError(reason, message)), status: error.status.code)
        } catch {
            context.logger.error("api.failed", metadata: ["type": "\(type(of: error))", "path": "\(request.uri.path)"])
            let error = APIError(.failed, "\(request.method) \(request.uri.path) failed; the platform's log says why")
            return try Response.json(APIErrorBody(error: error), status: error.reason.httpStatus)
        }
    }
}

extension Response {
    /// A JSON answer.
    static func json(_ value: some Encodable, status: Int = 200) throws -> Response {
        let data = try JSONEncoder.api.encode(value)
        return Response(
            status: .init(code: status), headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
}
