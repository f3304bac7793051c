import Foundation

/// Recordings that lie beside the checkout; tests that need them are skipped where they are absent.
public enum SharedData {
  /// The folder `../shared/data` beside the repository, or the folder that PARALLAX_TEST_DATA names.
  public static let folder: String = {
    if let named = ProcessInfo.processInfo.environment["PARALLAX_TEST_DATA"] { return named }
    let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return repository.deletingLastPathComponent().appendingPathComponent("shared/data").path
  }()

  /// Whether the recordings are there: `@Test(.enabled(if: SharedData.isPresent, "…"))`.
  public static var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }

  /// Why a test is skipped.
  public static var absence: String { "no recordings at \(folder)" }

  /// The path of a recording.
  ///
  /// - Parameter name: Path below the folder.
  /// - Returns: The joined path.
  public static func path(_ name: String) -> String { folder + "/" + name }
}

/// A folder that is deleted when the value goes away.
public final class TemporaryFolder {
  /// Its path.
  public let path: String

  /// Makes an empty folder.
  public init() throws {
    path = NSTemporaryDirectory() + "parallax-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file inside.
  ///
  /// - Parameter name: Path below the folder.
  /// - Returns: The joined path.
  public func file(_ name: String) -> String { path + "/" + name }
}
