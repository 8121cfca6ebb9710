import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import PalanaCore

/// Follows all objects of a kind through everything that can happen to a connection or an API server.
public struct ObjectWatch<Object: KubernetesObject>: Sendable {
    let client: KubernetesClient
    let namespace: String?
    let selection: Selection

    private var clock: KubernetesClock { client.connection.clock }

    /// Lists, then watches, again and again; ends when its task is cancelled and never else.
    /// - Parameter deliver: gets each change in its order. The next one is read when it returns, so a slow one slows
    ///   the API server's side down and nothing piles up here.
    public func run(_ deliver: (WatchChange<Object>) async -> Void) async {
        var machine = WatchMachine()
        var gathered = GatheredPages<Object>()
        while !Task.isCancelled {
            let pause: Duration
            switch machine.next {
            case .list(let paging):
                pause = await list(paging, &machine, &gathered, deliver)
            case .open(let version):
                pause = await follow(from: version, &machine, deliver)
            case .read:
                // `follow` returns only when the watch is over.
                pause = .zero
            }
            guard pause > .zero else { continue }
            do { try await clock.sleep(pause) } catch { return }
        }
    }

    private func list(
        _ paging: ListPaging, _ machine: inout WatchMachine, _ gathered: inout GatheredPages<Object>,
        _ deliver: (WatchChange<Object>) async -> Void
    ) async -> Duration {
        do throws(KubernetesFailure) {
            let page: ListPage<Object> = try await client.page(paging, in: namespace, where: selection)
            gathered.add(page)
            guard machine.turned(to: page.continuation, version: page.metadata.resourceVersion ?? "") else {
                return .zero
            }
            await deliver(.listed(gathered.list))
            gathered = GatheredPages()
            return .zero
        } catch {
            guard error.reason != .cancelled else { return .zero }
            let pause = machine.listFailed(error)
            if machine.state == .empty { gathered = GatheredPages() }
            await deliver(.interrupted(error, retryIn: pause))
            return pause
        }
    }

    /// Opens a watch and reads it to its end.
    /// - Returns: how long to wait before the next step.
    private func follow(
        from version: String, _ machine: inout WatchMachine, _ deliver: (WatchChange<Object>) async -> Void
    ) async -> Duration {
        let start: Duration
        let failure: KubernetesFailure?
        let pause: Duration
        do throws(KubernetesFailure) {
            let request = try await request(from: version)
            let body = try await client.open(request)
            machine.opened()
            await deliver(.resumed)
            start = clock.now()
            switch await read(body, of: request, &machine, deliver) {
            case .refused(let refusal, let rest): (failure, pause) = (refusal, rest)
            case .cut(let cause):
                failure = cause
                pause = machine.saw(.cut(cause, after: clock.now() - start))
            }
        } catch {
            (failure, pause) = (error, machine.openFailed(error))
        }
        if let failure, failure.reason != .cancelled { await deliver(.interrupted(failure, retryIn: pause)) }
        return pause
    }

    private enum Ending {
        /// The API server said so in the stream.
        case refused(KubernetesFailure, pause: Duration)
        case cut(KubernetesFailure?)
    }

    private func read(
        _ body: HTTPClientResponse.Body, of request: APIRequest, _ machine: inout WatchMachine,
        _ deliver: (WatchChange<Object>) async -> Void
    ) async -> Ending {
        var splitter = LineSplitter()
        do {
            for try await chunk in body {
                for line in try splitter.add(chunk.readableBytesView) {
                    let event = try WatchEvent<Object>.read(line)
                    let pause = machine.saw(event.occurrence)
                    if case .refused(let failure) = event { return .refused(failure, pause: pause) }
                    if let change = event.change { await deliver(change) }
                }
            }
            // A line that was cut off comes again: its version was not reached.
            return .cut(nil)
        } catch let long as LineSplitter.TooLong {
            return .cut(
                KubernetesFailure(.tooLarge, "\(request.subject): an object is longer than \(long.limit >> 20) MiB"))
        } catch {
            return .cut(client.connection.failure(of: request, for: error))
        }
    }

    private func request(from version: String) async throws(KubernetesFailure) -> APIRequest {
        let type = try await client.served(Object.type)
        var request = APIRequest(
            verb: .watch, method: .GET, path: try APIRequest.path(type, namespace: namespace),
            subject: "watch \(type)\(namespace.map { " in \($0)" } ?? "")")
        request.query =
            selection.query + [
                ("watch", "true"), ("allowWatchBookmarks", "true"), ("resourceVersion", version),
                ("timeoutSeconds", String(client.configuration.watchTimeout.components.seconds)),
            ]
        return request
    }
}

extension WatchEvent {
    /// What the watcher is told; nil for what only moves the version on.
    fileprivate var change: WatchChange<Object>? {
        switch self {
        case .changed(let object): .changed(object)
        case .deleted(let object): .deleted(object)
        case .unreadable(let key, _, _, isDeleted: true): .unreadableDeleted(key)
        case .unreadable(let key, _, let problem, isDeleted: false): .unreadable(key, problem: problem)
        case .bookmark, .refused: nil
        }
    }
}
