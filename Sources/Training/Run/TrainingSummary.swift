public import Networks

/// What a training run did.
public struct TrainingSummary: Sendable {
  /// Name of the run.
  public var name = ""
  /// The kind of model.
  public var model = ""
  /// Number of trained values.
  public var parameters = 0
  /// Samples in each part of the data set.
  public var samples: [(name: String, count: Int)] = []
  /// Epochs that are done.
  public var epochs = 0
  /// Steps that are done.
  public var steps = 0
  /// Whether somebody asked the run to stop before its end.
  public var wasInterrupted = false
  /// Whether there was nothing left to do.
  public var wasComplete = false
  /// The final figures.
  public var metrics: [(name: String, value: Double)] = []
  /// What was measured on the way.
  public var log = MetricLog(columns: ["epoch"])
  /// Points to draw, for models that place samples in a plane.
  public var embedding: TrainingEmbedding?
  /// Files that the samples came from.
  public var inputs: [String] = []
  /// Seconds that this call took.
  public var seconds = 0.0
}

/// Samples as points of a plane.
public struct TrainingEmbedding: Sendable {
  /// What the axes are.
  public var axes: [String]
  /// Two coordinates of each sample.
  public var points: [SIMD2<Double>]
  /// The class of each sample.
  public var labels: [Int]
  /// Names of the classes.
  public var classNames: [String]
}

/// How a training run is carried out; nothing here changes its result.
public struct TrainingOptions: Sendable {
  /// The folder for weights, checkpoint and log.
  public var folder: String
  /// Steps after which the run ends, if that is earlier than the definition's end.
  public var steps: Int? = nil
  /// Whether to go on with what is in the folder.
  public var isResuming = false
  /// Called after every step with the steps that are done and all steps.
  public var progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  /// Called after every epoch with the log so far.
  public var epochEnded: @Sendable (MetricLog) -> Void = { _ in }
  /// Whether the run should stop after this step.
  public var shouldStop: @Sendable () -> Bool = { false }

  /// A run into a folder.
  ///
  /// - Parameter folder: The folder for weights, checkpoint and log.
  public init(folder: String) { self.folder = folder }
}
