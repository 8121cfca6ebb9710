import Testing

/// One platform with two agents for all tests of a suite: starting one takes seconds.
///
/// Agent `one` has a header secret, a Basic one and one it may read; agent `two` has a header secret of the same name.
struct WithPlatform: SuiteTrait, TestScoping {
    let isRecursive = false
    var place = Place.plain
    var settings: String?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await PlatformFixture.with(place, settings: settings) { fixture in
            try await fixture.makeAgents()
            try await PlatformFixture.$current.withValue(fixture) { try await function() }
        }
    }
}

extension Trait where Self == WithPlatform {
    static var platform: Self { WithPlatform() }

    static func platform(_ place: Place = .plain, settings: String? = nil) -> Self {
        WithPlatform(place: place, settings: settings)
    }
}

extension PlatformFixture {
    /// The platform of the running suite.
    static func shared() throws -> PlatformFixture {
        guard let current else { throw Failed(description: "the suite lacks the trait .platform") }
        return current
    }

    static let agentKey = "fake-agent-readable-value-1"

    func makeAgents() async throws {
        try await must("apply", "-f", "-", input: manifest)
        for (agent, name, position) in [
            ("one", "API_KEY", "header"), ("one", "GIT_TOKEN", "basic"), ("two", "API_KEY", "header"),
        ] {
            try await must(
                "secrets", "add", agent, name, "--host", "api.e2e.test", "--in", position, "--from-file", world.keyFile)
        }
        try await must("secrets", "add", "one", "CONFIG_KEY", "--mode", "agent", "--stdin", input: Self.agentKey)
    }

    private var manifest: String {
        """
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: one}
        spec:
          command: [sleep, infinity]
          secrets:
          - {name: API_KEY, hosts: [api.e2e.test], in: [header], placeholder: "sk_test_{random:32}"}
          - {name: GIT_TOKEN, hosts: [api.e2e.test], in: [basic]}
          - {name: CONFIG_KEY, mode: agent}
          egress:
            allow:
            - {host: api.e2e.test}
            - {host: other.e2e.test}
            - {host: plain.e2e.test, ports: [\(world.ports.plain)]}
            - {host: private.e2e.test, ports: [\(world.ports.private)]}
            - {host: metadata.e2e.test}
            - {host: lan.e2e.test}
            - {host: zero.e2e.test}
        ---
        apiVersion: palana.dev/v1alpha1
        kind: Agent
        metadata: {name: two}
        spec:
          command: [sleep, infinity]
          secrets:
          - {name: API_KEY, hosts: [api.e2e.test]}
          egress:
            allow:
            - {host: api.e2e.test}
            - {host: other.e2e.test, credentials: any}

        """
    }
}
