import Foundation

/// Tests that take long: they run with `make test-all`.
public enum SlowTests {
  /// Whether PARALLAX_SLOW_TESTS asks for them.
  public static let areWanted = ProcessInfo.processInfo.environment["PARALLAX_SLOW_TESTS"] != nil

  /// Why a test is skipped.
  public static let reason = "slow; run by make test-all (PARALLAX_SLOW_TESTS=1)"
}

/// The top of the repository.
public let repositoryFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent().path
