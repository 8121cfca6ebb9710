import Foundation
import PalanaCore
import Synchronization
import TestSupport
import Testing

@Suite("The control plane that tests run on", .serialized)
struct ControlPlaneTests {
    @Test("Users are who their certificates say, and may what roles give them", .timeLimit(.minutes(5)))
    func users() async throws {
        try await withSharedControlPlane { plane, namespace in
            try await plane.kubectl().must("create", "configmap", "plan", "-n", namespace, "--from-literal=a=b")
            try await plane.kubectl().must(
                "create", "rolebinding", "reader", "-n", namespace, "--clusterrole=view", "--group=readers")
            let reader = try plane.kubectl(
                as: plane.user("o'brien+x@ex.co", groups: ["readers"]), namespace: namespace)
            let read = try await reader.must("get", "configmap", "plan", "-o", "jsonpath={.data.a}")
            #expect(read == "b")
            let refused = try await reader.run("delete", "configmap", "plan")
            #expect(!refused.succeeded)
            #expect(refused.error.contains("User \"o'brien+x@ex.co\" cannot delete resource"))
            let stranger = try plane.kubectl(as: plane.user("mallory"), namespace: namespace)
            #expect(try await !stranger.run("get", "configmap", "plan").succeeded)
        }
    }

    @Test("A service account is known by its token")
    func accounts() async throws {
        try await withSharedControlPlane { plane, namespace in
            try await plane.kubectl(namespace: namespace).must("create", "serviceaccount", "robot")
            let robot = try await plane.kubectl(as: plane.serviceAccount("robot", namespace: namespace))
            let refused = try await robot.run("get", "pods")
            #expect(refused.error.contains("system:serviceaccount:\(namespace):robot"))
        }
    }

    @Test("Each test has a namespace of its own, with the label that newer servers set")
    func namespaces() async throws {
        let names = Mutex<[String]>([])
        for _ in 0..<2 {
            try await withSharedControlPlane { plane, namespace in
                names.withLock { $0.append(namespace) }
                let found = try await plane.kubectl().must(
                    "get", "namespace", "-l", "kubernetes.io/metadata.name=\(namespace)", "-o", "name")
                #expect(found == "namespace/\(namespace)\n")
            }
        }
        #expect(Set(names.withLock(\.self)).count == 2)
    }

    @Test("What kubectl applies comes back, and its failure is told with its words")
    func applying() async throws {
        try await withSharedControlPlane { plane, namespace in
            let kubectl = try plane.kubectl(namespace: namespace)
            try await kubectl.apply(
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: plan, labels: {a: b}}, data: {c: d}}")
            #expect(String(decoding: try await kubectl.json("configmap", "plan"), as: UTF8.self).contains(#""c": "d""#))
            let failure = await #expect(throws: ControlPlaneFailure.self) {
                try await kubectl.apply("{apiVersion: v1, kind: ConfigMap, metadata: {name: UPPER}}")
            }
            #expect("\(try #require(failure))".contains("Invalid value"))
        }
    }

    @Test("The API server can be stopped, frozen and started again, and its store compacted", .timeLimit(.minutes(5)))
    func faults() async throws {
        try await withControlPlane { plane in
            try await plane.admin.must("POST", "/api/v1/namespaces", json: #"{"metadata": {"name": "kept"}}"#)
            let list = "/api/v1/namespaces?limit=1"
            let first = String(decoding: try await plane.admin.must("GET", list), as: UTF8.self)
            let token = try #require(first.firstMatch(of: /"continue":"([^"]+)"/)).1
            try await plane.compactStore()
            #expect(try await plane.admin.send("GET", "\(list)&continue=\(token)").status == 410)

            try await plane.stopAPIServer()
            await #expect(throws: (any Error).self) { try await plane.admin.send("GET", "/readyz") }
            try await plane.startStoppedAPIServer()
            #expect(try await plane.admin.send("GET", "/api/v1/namespaces/kept").isSuccess)

            try plane.freezeAPIServer()
            let kubectl = try plane.kubectl()
            await #expect(throws: DeadlineExceeded.self) {
                try await kubectl.run("get", "namespaces", within: .seconds(2))
            }
            try plane.thawAPIServer()
            #expect(try await kubectl.run("get", "namespace", "kept").succeeded)
        }
    }

    @Test("Nothing is left of it: neither folder nor processes, also when the test fails", .timeLimit(.minutes(5)))
    func leavesNothing() async throws {
        struct Failed: Error {}
        let path = Mutex("")
        await #expect(throws: Failed.self) {
            try await withControlPlane { plane in
                path.withLock { $0 = plane.path }
                throw Failed()
            }
        }
        let folder = path.withLock(\.self)
        #expect(folder.hasPrefix("/tmp/"))
        #expect(!FileManager.default.fileExists(atPath: folder))
        #expect(Self.processes(naming: folder) == [])
    }

    @Test("An argument that a server doesn't know is told with the server's own words")
    func badArgument() async throws {
        let failure = await #expect(throws: ControlPlaneFailure.self) {
            try await withControlPlane(ControlPlaneConfiguration(apiServerArguments: ["--no-such-flag"])) { _ in }
        }
        let text = "\(try #require(failure))"
        #expect(text.contains("kube-apiserver ended with exit status 1"))
        #expect(text.contains("unknown flag: --no-such-flag"))
    }

    @Test("A folder without the programs is told as such, and so is a controller manager of another version")
    func badAssets() async throws {
        let folder = try TemporaryFolder()
        var environment = ProcessInfo.processInfo.environment
        environment["KUBEBUILDER_ASSETS"] = folder.path
        var failure = await #expect(throws: ControlPlaneFailure.self) {
            try await ControlPlanePrograms.find(environment: environment)
        }
        #expect("\(try #require(failure))" == "KUBEBUILDER_ASSETS is \(folder.path), which has no kube-apiserver")
        for (name, version) in [("kube-apiserver", "1.31.0"), ("etcd", "3.5"), ("kube-controller-manager", "1.30.1")] {
            _ = FileManager.default.createFile(
                atPath: folder.path(name), contents: Data("#!/bin/sh\necho Kubernetes v\(version)\n".utf8),
                attributes: [.posixPermissions: 0o755])
        }
        failure = await #expect(throws: ControlPlaneFailure.self) {
            try await ControlPlanePrograms.find(environment: environment)
        }
        #expect(
            "\(try #require(failure))"
                == "\(folder.path)/kube-apiserver is 1.31.0, but \(folder.path)/kube-controller-manager is 1.30.1: "
                + "use one version of both")
    }

    /// Processes whose arguments name the folder.
    private static func processes(naming folder: String) -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { Int($0) != nil }.filter {
            (try? String(contentsOfFile: "/proc/\($0)/cmdline", encoding: .utf8))?.contains(folder) ?? false
        }
    }
}
