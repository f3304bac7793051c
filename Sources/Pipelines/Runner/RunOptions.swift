import Foundation

/// How a pipeline is run.
public struct RunOptions: Sendable {
  /// The folder for the results.
  public var outputFolder: String
  /// Path of the log, for its name and fingerprint in `run.json`; nil for logs in memory.
  public var logPath: String?
  /// Threads that work on frames; at least 1.
  public var workers: Int = ProcessInfo.processInfo.activeProcessorCount
  /// Frames that each edge of the graph holds; at least 1.
  public var edgeCapacity: Int = 2
  /// Frames to write, by number, half-open; all when nil.
  ///
  /// An upper end of `Int.max` is the end of the log.
  public var frames: Range<Int>?
  /// One of several contiguous parts of the frames; all when nil.
  public var shard: Shard?
  /// Whether to continue an unfinished run.
  public var resume = false
  /// Whether the results of an earlier run in the same folder may be replaced.
  public var overwrite = false
  /// File for Chrome trace events.
  public var tracePath: String?
  /// Whether results are forced onto the disk as they are committed, so that they survive a loss of power.
  public var synchronizesFiles = true
  /// Threads that each call of the tensor library uses: results may depend on it, so it is recorded and never derived from
  /// ``workers``.
  public var tensorThreads = 1
  /// Called once on each worker's thread before it starts, to set ``tensorThreads``.
  public var prepareThread: (@Sendable () -> Void)?
  /// Called from time to time, on some thread, with the state of the run.
  public var progress: (@Sendable (RunProgress) -> Void)?
  /// Called with a line of text when a stage takes unusually long.
  public var notice: (@Sendable (String) -> Void)?
  /// A stage that works on one frame for so many seconds is named through ``notice``, again and again.
  public var noticeSeconds = 5.0
  /// Version of Parallax for `run.json`.
  public var version = "0.1.0"

  /// One of several contiguous parts of a run.
  public struct Shard: Sendable, Equatable {
    /// Which part, from 1.
    public var number: Int
    /// How many parts.
    public var count: Int

    /// Reads `I/N`.
    ///
    /// - Parameter text: The option's value.
    /// - Throws: ``PipelineError`` of kind `usage` when it has another form.
    public init(parsing text: String) throws {
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]),
        count >= 1, (1...count).contains(number)
      else {
        throw PipelineError(
          .usage, "--shard '\(text)' makes no sense", hint: "write --shard I/N with I from 1 to N")
      }
      self.init(number: number, count: count)
    }

    /// One of several parts.
    ///
    /// - Parameters:
    ///   - number: Which part, from 1.
    ///   - count: How many parts.
    public init(number: Int, count: Int) {
      self.number = number
      self.count = count
    }
  }

  /// Reads `A:B`, `A:` or `:B`.
  ///
  /// - Parameter text: The value of `--frames`.
  /// - Returns: Frame numbers from A up to, but without, B.
  /// - Throws: ``PipelineError`` of kind `usage` when it has another form or selects nothing.
  public static func frames(parsing text: String) throws -> Range<Int> {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let ends = parts.map { Int($0) }
    guard parts.count == 2, let start = parts[0].isEmpty ? 0 : ends[0],
      let end = parts[1].isEmpty ? Int.max : ends[1], start >= 0, start < end
    else {
      throw PipelineError(
        .usage, "--frames '\(text)' selects no frame",
        hint: "write --frames A:B, A: or :B with A below B")
    }
    return start..<end
  }

  /// Options with their defaults.
  ///
  /// - Parameter outputFolder: The folder for the results.
  public init(outputFolder: String) { self.outputFolder = outputFolder }
}

/// How far a run has come.
public struct RunProgress: Sendable {
  /// Frames committed, those of an earlier part of the run included.
  public var frames: Int
  /// Of these, frames skipped.
  public var skipped: Int
  /// Frames to commit in all, when known.
  public var total: Int?
  /// Seconds since the start.
  public var seconds: Double
}
