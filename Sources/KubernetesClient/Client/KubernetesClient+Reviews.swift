import NIOHTTP1
import PalanaCore

extension KubernetesClient {
    /// Asks the API server; the answer is in the review's status.
    public func review<Review: KubernetesReview>(_ review: Review) async throws(KubernetesFailure) -> Review {
        let type = try await served(Review.type)
        var request = APIRequest(
            verb: .review, method: .POST, path: try APIRequest.path(type, namespace: nil), subject: "review \(type)")
        // Both the question and a refusal of it may hold a token.
        request.isSecret = true
        request.body = Secret(try Wire.encoded(try Wire.typed(review, as: type)))
        return try Wire.decoded(from: try await send(request), request.subject)
    }
}
