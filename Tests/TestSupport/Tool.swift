public import Foundation

/// The built command-line tool, run as a user runs it.
public enum Tool {
  /// What one call of the tool gave.
  public struct Result: Sendable {
    /// Exit status; negative when a signal ended the process.
    public var status: Int32
    /// Everything on stdout.
    public var output: String
    /// Everything on stderr.
    public var messages: String
  }

  /// The binary beside the test bundle.
  public static let path: String = {
    let folder = Bundle.main.bundleURL.deletingLastPathComponent()
    let besideBundle = folder.appendingPathComponent("parallax").path
    if FileManager.default.isExecutableFile(atPath: besideBundle) { return besideBundle }
    return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("parallax").path
  }()

  /// Starts the tool without waiting for it.
  ///
  /// - Parameters:
  ///   - arguments: The arguments.
  ///   - output: Where stdout goes.
  ///   - messages: Where stderr goes.
  /// - Returns: The running process.
  /// - Throws: When the binary cannot be started.
  public static func start(
    _ arguments: [String], output: Any? = FileHandle.nullDevice,
    messages: Any? = FileHandle.nullDevice
  ) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = messages
    try process.run()
    return process
  }

  /// Runs the tool to its end.
  ///
  /// - Parameter arguments: The arguments.
  /// - Returns: Exit status and what it printed.
  /// - Throws: When the binary cannot be started.
  public static func run(_ arguments: String...) throws -> Result { try run(arguments) }

  /// Runs the tool to its end.
  ///
  /// - Parameter arguments: The arguments.
  /// - Returns: Exit status and what it printed.
  /// - Throws: When the binary cannot be started.
  public static func run(_ arguments: [String]) throws -> Result {
    let folder = try TemporaryFolder()
    let files = ["output", "messages"].map { folder.file($0) }
    for file in files { try Data().write(to: URL(fileURLWithPath: file)) }
    let handles = try files.map { try FileHandle(forWritingTo: URL(fileURLWithPath: $0)) }
    let process = try start(arguments, output: handles[0], messages: handles[1])
    process.waitUntilExit()
    for handle in handles { try handle.close() }
    let texts = try files.map { try String(contentsOfFile: $0, encoding: .utf8) }
    let status =
      process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    return Result(status: status, output: texts[0], messages: texts[1])
  }
}
