import NIOHTTP1
import PalanaCore

extension KubernetesClient {
    /// How many objects one page of a list has.
    static let pageSize = 500

    /// - Parameter namespace: left out for kinds without namespaces.
    /// - Throws: `notFound` when there is none.
    public func get<Object: KubernetesObject>(
        _ kind: Object.Type = Object.self, _ name: String, in namespace: String? = nil
    ) async throws(KubernetesFailure) -> Object {
        let type = try await served(Object.type)
        let request = APIRequest(
            verb: .get, method: .GET, path: try APIRequest.path(type, name: name, namespace: namespace),
            subject: "get \(type) \(ObjectKey(name, in: namespace))")
        return try Wire.decoded(from: try await send(request), request.subject)
    }

    /// The object, or nil when there is none.
    public func find<Object: KubernetesObject>(
        _ kind: Object.Type = Object.self, _ name: String, in namespace: String? = nil
    ) async throws(KubernetesFailure) -> Object? {
        do throws(KubernetesFailure) {
            return try await get(kind, name, in: namespace)
        } catch {
            if error.reason == .notFound { return nil }
            throw error
        }
    }

    /// All objects of a kind, in pages, as of one moment.
    /// - Parameter namespace: nil means all namespaces.
    public func list<Object: KubernetesObject>(
        _ kind: Object.Type = Object.self, in namespace: String? = nil, where selection: Selection = .all
    ) async throws(KubernetesFailure) -> ObjectList<Object> {
        var paging = ListPaging()
        var gathered = GatheredPages<Object>()
        while true {
            do throws(KubernetesFailure) {
                let page: ListPage<Object> = try await page(paging, in: namespace, where: selection)
                gathered.add(page)
                if !paging.turned(to: page.continuation) { return gathered.list }
            } catch {
                guard paging.restarts(after: error) else { throw error }
                gathered = GatheredPages()
            }
        }
    }

    /// One page.
    func page<Object: KubernetesObject>(
        _ paging: ListPaging, in namespace: String?, where selection: Selection
    ) async throws(KubernetesFailure) -> ListPage<Object> {
        let type = try await served(Object.type)
        var request = APIRequest(
            verb: .list, method: .GET, path: try APIRequest.path(type, namespace: namespace),
            subject: "list \(type)\(namespace.map { " in \($0)" } ?? "")")
        request.query = selection.query
        if let limit = paging.limit { request.query.append(("limit", String(limit))) }
        if let next = paging.continuation { request.query.append(("continue", next)) }
        return try Wire.decoded(from: try await send(request), request.subject)
    }

    /// All objects of a kind and what becomes of them; see `ObjectWatch`.
    /// - Parameter namespace: nil means all namespaces.
    public func watch<Object: KubernetesObject>(
        _ kind: Object.Type = Object.self, in namespace: String? = nil, where selection: Selection = .all
    ) -> ObjectWatch<Object> {
        ObjectWatch(client: self, namespace: namespace, selection: selection)
    }
}

extension Selection {
    var query: [(name: String, value: String)] {
        var query: [(name: String, value: String)] = []
        if !labels.isEmpty { query.append(("labelSelector", labels)) }
        if !fields.isEmpty { query.append(("fieldSelector", fields)) }
        return query
    }
}
