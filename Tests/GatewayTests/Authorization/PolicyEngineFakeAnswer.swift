import TestSupport

/// The fake's own way to decide, for tests that do something first.
typealias PolicyEngineFakeAnswer = PolicyEngineFake
