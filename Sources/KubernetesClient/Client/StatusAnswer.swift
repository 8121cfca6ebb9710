import Foundation
import PalanaCore

/// `metav1.Status`: how the API server says that something went wrong.
struct StatusAnswer: Decodable {
    struct Details: Decodable {
        var retryAfterSeconds: Int?
        var causes: [KubernetesFailure.Cause]?
    }

    var kind: String?
    /// `Success` or `Failure`.
    var status: String?
    var reason: String?
    var message: String?
    var code: Int?
    var details: Details?
}

extension KubernetesFailure {
    /// Longest message of the API server (or of a webhook behind it) that is passed on, in characters.
    private static let messageLimit = 1500

    /// What an answer that is no success means.
    /// - Parameters:
    ///   - hidesText: the request's body is secret, and the API server quotes bodies that it can't read.
    ///   - retryAfter: the header's value.
    init(
        status code: Int, body: Data, retryAfter header: String?, of subject: String, hidesText: Bool
    ) {
        let answer = try? JSONDecoder().decode(StatusAnswer.self, from: body)
        let status = answer?.kind == "Status" ? answer : nil
        self.init(status, code: code, retryAfter: header.flatMap { Int($0) }, of: subject, hidesText: hidesText)
    }

    init(_ answer: StatusAnswer?, code: Int, retryAfter: Int? = nil, of subject: String, hidesText: Bool = false) {
        let code = code == 0 || code == 200 ? answer?.code ?? 0 : code
        let causes = answer?.details?.causes ?? []
        let reason = Self.reason(answer?.reason ?? "", code: code, causes: causes)
        let text = hidesText && (code == 400 || code == 422) ? nil : answer?.message
        let bare = "the API server answered with status \(code)\(answer?.reason.map { " (\($0))" } ?? "")"
        let said = text.map(Self.shown) ?? bare
        let seconds = retryAfter ?? answer?.details?.retryAfterSeconds
        self.init(
            reason, "\(subject): \(said)", code: code,
            // An hour at most: what is longer would be a way to put the client to sleep.
            retryAfter: seconds.flatMap { $0 > 0 ? .seconds(min($0, 3600)) : nil },
            causes: hidesText ? [] : causes)
    }

    private static func shown(_ text: String) -> String {
        let plain = String(String.UnicodeScalarView(text.unicodeScalars.map { ShownText.isShown($0) ? $0 : " " }))
        return plain.count > messageLimit ? plain.prefix(messageLimit) + "…" : plain
    }

    /// By the reason that the API server gives; by the status when that is none that matters here.
    private static func reason(_ reason: String, code: Int, causes: [Cause]) -> Reason {
        if causes.contains(where: { $0.reason == "ResourceVersionTooLarge" }) { return .expired }
        switch reason {
        case "NotFound": return .notFound
        case "AlreadyExists": return .alreadyExists
        case "Conflict": return .conflict
        case "Invalid": return .invalid
        case "Gone", "Expired": return .expired
        case "Forbidden":
            return causes.contains { $0.reason == "NamespaceTerminating" } ? .namespaceTerminating : .forbidden
        default: break
        }
        switch code {
        case 400: return .badRequest
        case 401: return .unauthorized
        case 403: return .forbidden
        case 404: return .notFound
        case 409: return .conflict
        case 410: return .expired
        case 422: return .invalid
        case 429: return .tooManyRequests
        case 500...599: return .unavailable
        default: return .refused
        }
    }
}
