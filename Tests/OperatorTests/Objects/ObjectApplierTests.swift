import Foundation
import KubernetesClient
import Logging
import PalanaCore
import TestSupport
import Testing

@testable import ControllerRuntime
@testable import Operator

@Suite("Applying an object")
struct ObjectApplierTests {
    private let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

    private static func time(_ offset: Double) -> Timestamp {
        Timestamp(OperatorSamples.now.date.addingTimeInterval(offset))
    }

    @Test(
        "sends nothing when it is there already, unless the watch still shows that of an earlier namespace",
        arguments: [(-1, true, 1), (0, true, 0), (1, true, 0), (-1, false, 0)])
    func ghosts(_ offset: Double, _ isInPlace: Bool, _ requests: Int) async throws {
        let plan = OperatorSamples.plan()
        let wanted = isInPlace ? plan.closed : plan.admission(port: 20_000)
        var place = plan.namespace
        place.metadata.creationTimestamp = Self.time(0)
        let (namespace, quiet) = (place, logger)
        let answer = String(decoding: try JSONEncoder().encode(wanted), as: UTF8.self)
        try await APIServerStub.serve { _ in
            .init(200, answer)
        } _: { stub, address in
            let client = try KubernetesClient(
                KubernetesConfiguration(server: ServerAddress(address), requestTimeout: .seconds(60)), logger: quiet)
            let store = OwnedStore<NetworkPolicy>(Informer(client, logger: quiet))
            var there = wanted
            there.metadata.creationTimestamp = Self.time(offset)
            store.wrote(there)
            try await ObjectApplier(client: client, place: namespace).apply(wanted, in: store)
            #expect(stub.log.map(\.method) == Array(repeating: "PATCH", count: requests))
            try await client.shutdown()
        }
    }
}
