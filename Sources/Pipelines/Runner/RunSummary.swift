public import Configuration
public import SensorLogs

/// What a finished run did.
public struct RunSummary: Sendable {
  /// Frames by their fate; `read` is the sum of the others.
  public struct Frames: Sendable, Equatable {
    /// Frames read.
    public var read: Int
    /// Frames written.
    public var written: Int
    /// Frames dropped by an error policy.
    public var skipped: Int
    /// Frames that stopped the run; 0 for a finished one.
    public var failed: Int

    /// Frames by their fate.
    ///
    /// - Parameters:
    ///   - read: Frames read.
    ///   - written: Frames written.
    ///   - skipped: Frames dropped by an error policy.
    ///   - failed: Frames that stopped the run.
    public init(read: Int, written: Int, skipped: Int, failed: Int) {
      self.read = read
      self.written = written
      self.skipped = skipped
      self.failed = failed
    }
  }

  /// What was measured of a stage; frames of an earlier part of a resumed run are not included.
  public struct StageTiming: Sendable {
    /// Its name in the definition.
    public var id: String
    /// Its name in the catalogue.
    public var use: String
    /// Median time for a frame.
    public var medianMilliseconds: Double
    /// Time that 95 % of the frames stay below.
    public var p95Milliseconds: Double
    /// Frames a second of working time on one thread.
    public var framesPerSecond: Double
    /// Mean number of frames that waited for it.
    public var meanQueue: Double
    /// Largest number of frames that waited for it.
    public var largestQueue: Int
  }

  /// A result that was written.
  public struct Output: Sendable, Equatable {
    /// The input or stage.
    public var from: String
    /// The format.
    public var format: String
    /// The path below the output folder, with placeholders.
    public var path: String
    /// Number of files.
    public var files: Int
    /// The kind of payload.
    public var payload: String
  }

  /// Frames by their fate.
  public var frames: Frames
  /// Seconds that the run took.
  public var seconds: Double
  /// The stages in the order of the work.
  public var stages: [StageTiming]
  /// The outputs in the order of the definition.
  public var outputs: [Output]
  /// What became of the messages of each input; empty for a run that was complete before.
  public var receipts: [SyncReceipt]
  /// Damage of the log; empty for a run that was complete before.
  public var damage: [LogDamage]
  /// Results left empty by `on_error: empty`.
  public var emptyResults: Int
  /// Whether `--resume` found a complete run and did nothing.
  public var wasComplete: Bool

  /// Whether some input was damaged or some result is missing: exit code 3.
  public var isImpaired: Bool { frames.skipped > 0 || emptyResults > 0 || !damage.isEmpty }

  /// The object that `parallax run --json` prints.
  public var json: JSONValue {
    .object([
      .init(
        "frames",
        .object([
          .init("read", .integer(frames.read)), .init("written", .integer(frames.written)),
          .init("skipped", .integer(frames.skipped)), .init("failed", .integer(frames.failed)),
        ])),
      .init("seconds", .number(Self.rounded(seconds))),
      .init("stages", stagesJSON),
      .init("outputs", outputsJSON),
    ])
  }

  var stagesJSON: JSONValue {
    .list(
      stages.map {
        .object([
          .init("id", .text($0.id)), .init("use", .text($0.use)),
          .init("ms_median", .number(Self.rounded($0.medianMilliseconds))),
          .init("ms_p95", .number(Self.rounded($0.p95Milliseconds))),
          .init("frames_per_second", .number(Self.rounded($0.framesPerSecond))),
          .init("queue_mean", .number(Self.rounded($0.meanQueue))),
          .init("queue_max", .integer($0.largestQueue)),
        ])
      })
  }

  var outputsJSON: JSONValue {
    .list(
      outputs.map {
        .object([
          .init("from", .text($0.from)), .init("to", .text($0.format)),
          .init("path", .text($0.path)), .init("files", .integer($0.files)),
          .init("payload", .text($0.payload)),
        ])
      })
  }

  static func rounded(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}
