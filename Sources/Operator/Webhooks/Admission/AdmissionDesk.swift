internal import Foundation
internal import KubernetesClient
public import Logging
internal import PalanaCore

/// The one place that turns the bytes of a question into the bytes of an answer: whatever goes wrong on the way is a
/// refusal.
public struct AdmissionDesk: Sendable {
    /// Largest question that is read: two objects of the largest size that the API server keeps, and more.
    public static let bodyLimit = 8 << 20

    private let admissions: [WebhookPath: any Admission]
    private let logger: Logger

    public init(_ admissions: [WebhookPath: any Admission], logger: Logger) {
        self.admissions = admissions
        self.logger = logger
    }

    /// - Returns: the answer as JSON; nil when the question doesn't even name itself, so that none can be given.
    func answer(_ body: Data, at path: WebhookPath) async -> Data? {
        let request: AdmissionRequest
        do {
            request = try Self.request(in: body)
        } catch {
            guard let uid = Self.uid(in: body) else { return nil }
            return encoded(response(uid, .denied(.malformed("this AdmissionReview can't be read, so it is refused"))))
        }
        let verdict = await verdict(on: request, at: path)
        if case .denied(let denial) = verdict { log(denial, request, path) }
        return encoded(response(request.uid, verdict, request))
    }

    private func verdict(on request: AdmissionRequest, at path: WebhookPath) async -> AdmissionVerdict {
        guard let admission = admissions[path] else {
            return .denied(.malformed("there is no webhook \(path.rawValue)"))
        }
        do {
            return try await admission.review(request)
        } catch let denial as AdmissionDenial {
            return .denied(denial)
        } catch let error as DecodingError {
            return .denied(.malformed("the \(request.kind.kind) can't be read: \(error.place)"))
        } catch {
            logger.error("webhook failed", metadata: ["webhook": "\(path.rawValue)", "reason": "\(error)"])
            return .denied(.unavailable("it could not be checked, so it is refused; try again"))
        }
    }

    private static func request(in body: Data) throws -> AdmissionRequest {
        let review = try JSONDecoder().decode(AdmissionReview.self, from: body)
        guard review.apiVersion == AdmissionReview.version, review.kind == "AdmissionReview" else {
            throw AdmissionDenial.malformed("\(review.apiVersion) is not \(AdmissionReview.version)")
        }
        return review.request
    }

    /// What the answer must name, from a question that is otherwise nonsense.
    private static func uid(in body: Data) -> String? {
        guard let tree = try? JSONDecoder().decode(JSONValue.self, from: body),
            case .string(let uid)? = tree["request"]?["uid"]
        else { return nil }
        return uid
    }

    private func response(
        _ uid: String, _ verdict: AdmissionVerdict, _ request: AdmissionRequest? = nil
    ) -> AdmissionAnswer.Response {
        switch verdict {
        case .allowed(let patch, let warnings):
            let bytes = patch.isEmpty ? nil : try? JSONEncoder().encode(patch)
            guard patch.isEmpty || bytes != nil else {
                return response(uid, .denied(.unavailable("the changes can't be written")), request)
            }
            return AdmissionAnswer.Response(
                uid: uid, allowed: true, patchType: bytes == nil ? nil : "JSONPatch", patch: bytes,
                warnings: warnings.isEmpty ? nil : warnings)
        case .denied(let denial):
            return AdmissionAnswer.Response(uid: uid, allowed: false, status: status(denial, request))
        }
    }

    private func status(_ denial: AdmissionDenial, _ request: AdmissionRequest?) -> AdmissionAnswer.Response.Status {
        var details = AdmissionAnswer.Response.Status.Details(
            name: request?.name, group: request?.kind.group, kind: request?.kind.kind)
        if case .invalid(let problems) = denial {
            details.causes = problems.map { problem in
                let value = problem.value.map { "\($0): " } ?? ""
                return .init(message: value + problem.problem, field: problem.path)
            }
        }
        return AdmissionAnswer.Response.Status(
            message: denial.description, reason: denial.status.reason, code: denial.status.code, details: details)
    }

    private func encoded(_ response: AdmissionAnswer.Response) -> Data? {
        try? JSONEncoder().encode(AdmissionAnswer(response: response))
    }

    private func log(_ denial: AdmissionDenial, _ request: AdmissionRequest, _ path: WebhookPath) {
        logger.info(
            "request refused",
            metadata: [
                "webhook": "\(path.rawValue)", "kind": "\(request.kind.kind)", "name": "\(request.name ?? "")",
                "namespace": "\(request.namespace ?? "")", "reason": "\(denial.status.reason)",
            ])
    }
}

extension DecodingError {
    /// Where it went wrong and what was expected, without the values.
    fileprivate var place: String {
        let context: Context
        switch self {
        case .typeMismatch(_, let found), .valueNotFound(_, let found), .keyNotFound(_, let found): context = found
        case .dataCorrupted(let found): context = found
        @unknown default: return "it has another shape"
        }
        let path = context.codingPath.map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
        return path.isEmpty ? context.debugDescription : "\(path.drop { $0 == "." }): \(context.debugDescription)"
    }
}
