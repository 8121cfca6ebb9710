// swift-tools-version: 6.2
import PackageDescription

/// Settings every target of ours shares: strict Swift 6, imports that say who sees them, no warning left standing.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
]

/// Generated code keeps Swift 6 but is not ours to restyle.
let generated: [SwiftSetting] = [.swiftLanguageMode(.v6)]

// Products of other packages, named once.
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grpcCore: Target.Dependency = .product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf: Target.Dependency = .product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport: Target.Dependency = .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioWebSocket: Target.Dependency = .product(name: "NIOWebSocket", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let serviceLifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess: Target.Dependency = .product(name: "Subprocess", package: "swift-subprocess")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")

let package = Package(
    name: "palana",
    platforms: [.macOS(.v15)],
    products: [.executable(name: "palana", targets: ["palana"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", from: "2.4.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: [
        .target(name: "PalanaCore", swiftSettings: strict),
        .target(name: "Manifests", dependencies: ["PalanaCore", yams], swiftSettings: strict),
        .target(name: "EnvoyAPI", dependencies: [grpcCore, grpcProtobuf, protobuf], swiftSettings: generated),
        .target(
            name: "ServiceSupport",
            dependencies: [
                "PalanaCore", asyncHTTPClient, grpcCore, grpcTransport, hummingbird, logging, nioCore, nioPosix,
                nioHPACK, nioHTTP1, nioHTTP2, nioSSL, serviceLifecycle, subprocess, systemPackage,
            ],
            swiftSettings: strict),
        .target(
            name: "Certificates", dependencies: ["PalanaCore", asn1, crypto, x509], swiftSettings: strict),
        .target(
            name: "VaultClient",
            dependencies: ["PalanaCore", asyncHTTPClient, logging, nioCore, nioSSL, nioHTTP1, serviceLifecycle],
            swiftSettings: strict),
        .target(
            name: "KubernetesClient",
            dependencies: [
                "PalanaCore", asn1, asyncHTTPClient, logging, nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket,
                subprocess, systemPackage, x509, yams,
            ],
            swiftSettings: strict),
        .target(
            name: "ControllerRuntime", dependencies: ["KubernetesClient", "PalanaCore", logging, serviceLifecycle],
            swiftSettings: strict),
        .target(
            name: "Operator",
            dependencies: [
                "Certificates", "ControllerRuntime", "KubernetesClient", "PalanaCore", "ServiceSupport", crypto,
                hummingbird, logging, nioCore, nioSSL, serviceLifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "OPAClient",
            dependencies: [
                "PalanaCore", asyncHTTPClient, crypto, logging, nioCore, nioHTTP1, serviceLifecycle, subprocess,
                systemPackage,
            ],
            swiftSettings: strict),
        .target(
            name: "AuditLog",
            dependencies: [
                "PalanaCore", asyncHTTPClient, crypto, grdb, logging, nioCore, nioHTTP1, nioSSL, serviceLifecycle,
                systemPackage,
            ],
            swiftSettings: strict),
        .target(
            name: "Gateway",
            dependencies: [
                "Certificates", "EnvoyAPI", "PalanaCore", "ServiceSupport", asn1, crypto, grpcCore, grpcProtobuf,
                grpcTransport, hummingbird, logging, nioCore, nioPosix, protobuf, serviceLifecycle, x509,
            ],
            swiftSettings: strict),
        .target(
            name: "ClusterGateway", dependencies: ["KubernetesClient", "PalanaCore", logging, serviceLifecycle],
            swiftSettings: strict),
        .target(
            name: "LocalPlatform",
            dependencies: [
                "Certificates", "Manifests", "PalanaCore", "PlatformAPI", "ServiceSupport", "VaultClient", crypto,
                logging, nioCore,
                nioHTTP1,
                nioPosix, serviceLifecycle, subprocess, systemPackage,
            ],
            swiftSettings: strict),
        .target(
            name: "ClusterAPI",
            dependencies: [
                "KubernetesClient", "PalanaCore", "PlatformAPI", "ServiceSupport", hummingbird, logging, nioCore,
                nioSSL, serviceLifecycle,
            ],
            swiftSettings: strict),
        .target(
            name: "ClusterPlatform",
            dependencies: ["KubernetesClient", "Manifests", "PalanaCore", "PlatformAPI"], swiftSettings: strict),
        .target(
            name: "PlatformAPI",
            dependencies: [
                "PalanaCore", "ServiceSupport", asyncHTTPClient, httpTypes, hummingbird, logging, nioCore, nioHTTP1,
                nioPosix,
                serviceLifecycle,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "palana",
            dependencies: [
                "AuditLog", "Certificates", "ClusterAPI", "ClusterGateway", "ClusterPlatform", "ControllerRuntime",
                "Gateway", "KubernetesClient", "LocalPlatform", "Manifests", "OPAClient", "Operator", "PalanaCore",
                "PlatformAPI",
                "ServiceSupport", "VaultClient", argumentParser, grpcCore, logging, serviceLifecycle, unixSignals, yams,
            ],
            swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: [
                "KubernetesClient", "LocalPlatform", "PalanaCore", "ServiceSupport", asn1, asyncHTTPClient, crypto,
                hummingbird, logging, nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket, subprocess, systemPackage,
                x509,
            ],
            path: "Sources/TestSupport", swiftSettings: strict),
        .testTarget(
            name: "TestSupportTests", dependencies: ["KubernetesClient", "PalanaCore", "TestSupport", yams],
            swiftSettings: strict),
        .testTarget(name: "PalanaCoreTests", dependencies: ["PalanaCore", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "ManifestsTests", dependencies: ["Manifests", "PalanaCore", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "CertificatesTests",
            dependencies: ["Certificates", "TestSupport", asn1, crypto, x509], swiftSettings: strict),
        .testTarget(
            name: "OperatorTests",
            dependencies: [
                "Certificates", "ControllerRuntime", "KubernetesClient", "Operator", "PalanaCore", "TestSupport",
                asyncHTTPClient, logging,
                nioCore, nioHTTP1, nioSSL, serviceLifecycle, x509,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "VaultClientTests",
            dependencies: ["VaultClient", "PalanaCore", "TestSupport", logging, nioHTTP1, serviceLifecycle],
            swiftSettings: strict),
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: ["KubernetesClient", "PalanaCore", "TestSupport", logging, nioHTTP1, nioSSL],
            swiftSettings: strict),
        .testTarget(
            name: "ControllerRuntimeTests",
            dependencies: [
                "ControllerRuntime", "KubernetesClient", "PalanaCore", "TestSupport", logging, serviceLifecycle,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "OPAClientTests", dependencies: ["OPAClient", "PalanaCore", "TestSupport", logging],
            swiftSettings: strict),
        .testTarget(
            name: "AuditLogTests",
            dependencies: ["AuditLog", "PalanaCore", "TestSupport", crypto, logging, serviceLifecycle],
            swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Certificates", "EnvoyAPI", "Gateway", "PalanaCore", "ServiceSupport", "TestSupport", asn1, crypto,
                grpcCore,
                grpcProtobuf,
                logging, nioCore, protobuf, x509,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "ClusterGatewayTests",
            dependencies: ["ClusterGateway", "KubernetesClient", "PalanaCore", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "LocalPlatformTests",
            dependencies: [
                "LocalPlatform", "Manifests", "PalanaCore", "PlatformAPI", "ServiceSupport", "TestSupport", crypto,
                logging,
                systemPackage,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "PlatformAPITests",
            dependencies: ["PlatformAPI", "PalanaCore", "ServiceSupport", "TestSupport", logging, nioCore],
            swiftSettings: strict),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "AuditLog", "ClusterAPI", "ControllerRuntime", "KubernetesClient", "LocalPlatform", "Manifests",
                "OPAClient",
                "Operator",
                "PalanaCore", "PlatformAPI", "ServiceSupport",
                "TestSupport", "VaultClient", asyncHTTPClient, logging, nioCore, nioHTTP1, yams,
            ],
            exclude: ["Envoy", "Platform/Support/Scripts"], swiftSettings: strict),
        .testTarget(
            name: "EnvoyIntegrationTests",
            dependencies: [
                "Certificates", "EnvoyAPI", "Gateway", "PalanaCore", "ServiceSupport", "TestSupport", asn1, crypto,
                grpcCore,
                hummingbird,
                logging, protobuf, serviceLifecycle, x509,
            ],
            path: "Tests/IntegrationTests/Envoy", exclude: ["Scripts"], swiftSettings: strict),
    ]
)
