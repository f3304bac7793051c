/// What a network says about the frames up to this one: scores of classes for one window of time, or nothing yet.
public struct ClipScores: Payload, Equatable {
  /// The name in definitions.
  public static var typeName: String { "clip_scores" }

  /// A window of frames and what it shows.
  public struct Window: Sendable, Equatable {
    /// Instant of the first frame.
    public var firstTime: Timestamp
    /// Instant of the last frame.
    public var lastTime: Timestamp
    /// Number of the first frame within the log.
    public var firstFrame: Int
    /// Number of the last frame within the log.
    public var lastFrame: Int
    /// One score for each class, in the order of ``ClipScores/classes``.
    public var scores: [Double]

    /// A window with its scores.
    ///
    /// - Parameters:
    ///   - firstTime: Instant of the first frame.
    ///   - lastTime: Instant of the last frame.
    ///   - firstFrame: Number of the first frame within the log.
    ///   - lastFrame: Number of the last frame within the log.
    ///   - scores: One score for each class.
    public init(
      firstTime: Timestamp, lastTime: Timestamp, firstFrame: Int, lastFrame: Int, scores: [Double]
    ) {
      self.firstTime = firstTime
      self.lastTime = lastTime
      self.firstFrame = firstFrame
      self.lastFrame = lastFrame
      self.scores = scores
    }

    /// Place of the highest score, the first of equal ones; nil without classes.
    public var best: Int? {
      scores.indices.max { scores[$0] < scores[$1] || scores[$0] == scores[$1] && $0 > $1 }
    }
  }

  /// Names of the classes.
  public var classes: [String]
  /// The window that ends with this frame; nil when none does.
  public var window: Window?

  /// Scores of a window.
  ///
  /// - Parameters:
  ///   - classes: Names of the classes.
  ///   - window: The window that ends with this frame; nil when none does.
  public init(classes: [String], window: Window? = nil) {
    precondition(
      window.map { $0.scores.count == classes.count } ?? true, "one score for each class is needed")
    self.classes = classes
    self.window = window
  }
}
