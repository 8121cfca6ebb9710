import Foundation
import NIOPosix

/// `palana-load PLAN`: runs the plan (JSON, see `Plan`) and prints a line of JSON a measurement.
@main
struct PalanaLoad {
    static func main() async {
        do {
            guard CommandLine.arguments.count == 2 else { throw LoadFailure("usage: palana-load PLAN.json") }
            let plan = try Data(contentsOf: URL(filePath: CommandLine.arguments[1]))
            // One thread for all connections: the client must leave the machine to what it measures.
            let group = MultiThreadedEventLoopGroup.singleton
            let runner = Runner(
                plan: try JSONDecoder().decode(Plan.self, from: plan), dialer: Dialer(loop: group.next()))
            try await runner.run()
        } catch {
            FileHandle.standardError.write(Data("palana-load: \(error)\n".utf8))
            exit(1)
        }
    }
}
