public import Configuration
import Foundation
public import Pipelines
public import SensorLogs

/// `spans`: what a video shows when, one span of time a line.
public struct SpansFormat: StreamFileFormat {
  /// Settings.
  public struct Parameters: ParameterSet {
    @Parameter("Windows count for a class from this score on", in: 0...1) var threshold = 0.5
    @Parameter("Whether a window counts for the class with its highest score only")
    var onlyBest = true
    @Parameter("So many windows in a row may fail to count without ending a span", in: 0...100_000)
    var gap = 0
    @Parameter("Spans of fewer windows are left out", in: 1...100_000) var minWindows = 1

    /// The defaults.
    public init() {}
  }
  /// A window as a line, or nothing.
  public typealias Encoded = [UInt8]
  /// What keeps windows until the end.
  public typealias Writer = SpansWriter

  /// The name under `to:`.
  public static let name = "spans"
  /// What it writes.
  public static let documentation = """
    Writes the spans of time in which a video shows a class, one JSON object a line, by start.
    `{"label","start_s","end_s","start_frame","end_frame","score","windows"}`: from the first frame of the first window to the
    last frame of the last one, seconds of the log's clock; score is the mean over the windows. Consecutive windows of
    `video.classify` that count for a class are joined. Windows overlap, so spans of different classes may. Windows are kept
    aside until the run ends. A file without lines says that no window counted.
    """
  /// Scores of windows.
  public static let payloadTypes = [ClipScores.typeName]
  private let rules: ActionSpan.Rules

  /// Prepares the format.
  ///
  /// - Parameters:
  ///   - parameters: Which windows count.
  ///   - setup: Unused.
  public init(_ parameters: Parameters, setup: StageSetup) {
    rules = ActionSpan.Rules(
      threshold: parameters.threshold, onlyBest: parameters.onlyBest, gap: parameters.gap,
      fewestWindows: parameters.minWindows)
  }

  /// A frame's window.
  ///
  /// - Parameters:
  ///   - message: Scores.
  ///   - frameIndex: Unused.
  /// - Returns: The window as a line without its end; empty when no window ends with the frame.
  /// - Throws: ``OutputFormatError`` for another payload.
  public func encode(_ message: AnyMessage, frameIndex: Int) throws -> [UInt8] {
    let scores: ClipScores = try payload(of: message, for: Self.self)
    return SpansWriter.line(scores)
  }

  /// Opens the file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - byteCount: Length to go on from; nil for a new file.
  /// - Returns: The writer.
  /// - Throws: When the file cannot be opened.
  public func makeWriter(path: String, resumingAt byteCount: Int?) throws -> SpansWriter {
    try SpansWriter(path: path, resumingAt: byteCount, rules)
  }
}

/// Keeps windows as lines of text, and makes spans of them at the end.
public final class SpansWriter: StreamFileWriter {
  /// What a line holds.
  private struct Line: Codable {
    var classes: [String]
    var times: [Int64]
    var frames: [Int]
    var scores: [Double]
  }

  private let lines: LineFileWriter
  private let rules: ActionSpan.Rules
  /// Length of the file and frames appended by this writer.
  public var durable: StreamDurability { lines.durable }

  init(path: String, resumingAt byteCount: Int?, _ rules: ActionSpan.Rules) throws {
    lines = try LineFileWriter(path: path, resumingAt: byteCount)
    self.rules = rules
  }

  static func line(_ scores: ClipScores) -> [UInt8] {
    guard let window = scores.window else { return [] }
    let times = [window.firstTime, window.lastTime].map { Int($0.nanoseconds) }
    let content: JSONValue = .object([
      .init("classes", .list(scores.classes.map { .text($0) })),
      .init("times", .list(times.map { .integer($0) })),
      .init("frames", .list([.integer(window.firstFrame), .integer(window.lastFrame)])),
      .init("scores", .list(window.scores.map { .number($0.isFinite ? $0 : 0) })),
    ])
    return Array(content.compact.utf8)
  }

  /// Appends a window.
  ///
  /// - Parameters:
  ///   - encoded: The window as a line, or nothing.
  ///   - frameIndex: Unused.
  /// - Throws: When the disk is full.
  public func append(_ encoded: [UInt8], frameIndex: Int) throws {
    try lines.append(encoded, frameIndex: frameIndex)
  }

  /// Forces the windows onto the disk.
  ///
  /// - Throws: When the disk fails.
  public func synchronize() throws { try lines.synchronize() }

  /// Closes the file of windows.
  ///
  /// - Throws: When the disk fails.
  public func finish() throws { try lines.finish() }

  /// Makes spans of the windows and writes them.
  ///
  /// - Parameters:
  ///   - partial: The file of windows; it stays until the run is recorded as complete.
  ///   - path: The file of spans.
  /// - Throws: When a file cannot be read or written.
  public func publish(_ partial: String, as path: String) throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: partial))
    let windows = try data.split(separator: UInt8(ascii: "\n")).map { bytes in
      let line = try JSONDecoder().decode(Line.self, from: Data(bytes))
      guard line.times.count == 2, line.frames.count == 2, line.scores.count == line.classes.count
      else { throw OutputFormatError(format: "spans", problem: "\(partial) is damaged") }
      return ClipScores(
        classes: line.classes,
        window: ClipScores.Window(
          firstTime: Timestamp(nanoseconds: line.times[0]),
          lastTime: Timestamp(nanoseconds: line.times[1]), firstFrame: line.frames[0],
          lastFrame: line.frames[1], scores: line.scores))
    }
    let text = ActionSpan.spans(of: windows, rules).map { $0.json.compact + "\n" }.joined()
    try WholeFile(path).write { aside in
      let handle = try WholeFile.create(aside)
      try handle.write(contentsOf: Data(text.utf8))
      try handle.synchronize()
      try handle.close()
    }
  }

  /// The file of windows goes when the run is recorded.
  public var keepsPartialFile: Bool { true }
}
