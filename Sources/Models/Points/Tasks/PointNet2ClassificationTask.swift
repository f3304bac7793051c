public import Configuration
import Networks
public import PointClouds
public import Tensors

/// PointNet++ tells what a cloud as a whole shows: `pointnet2_classification`.
public struct PointNet2ClassificationTask: CloudTask {
  /// What a definition may set.
  public struct Settings: PointSampleSettings {
    /// Points drawn from each cloud.
    @Setting("Points drawn from each cloud", in: 16...65536) public var points = 1024
    /// Neighbourhoods around each centre.
    @Setting("Neighbourhoods around each centre: of one size (SSG) or of several (MSG)")
    public var scales = PointNet2Scales.single
    /// Factor of all widths.
    @Setting("Factor of all layers' widths", in: 0.05...4) public var width = 1.0
    /// Share of hidden values that are left out in training.
    @Setting("Share of hidden values that are left out in training", in: 0...0.95)
    public var dropout = 0.4
    /// How points are drawn.
    @Setting("How points are drawn") public var drawing = PointDrawing.random
    /// Where positions are measured from.
    @Setting("Where positions are measured from; sphere scales the farthest point to distance 1")
    public var normalisation = PointNormalisation.sphere
    /// Attributes that the network sees beside positions.
    @Setting("Attributes of points that the network sees beside positions, for example normal")
    public var attributes = [String]()
    /// Standard deviation of the noise that training adds to positions.
    @Setting("Standard deviation of the noise that training adds to positions", in: 0...1)
    public var jitter = 0.0
    /// Largest share of points that training replaces by the first.
    @Setting("Largest share of points that training replaces by the first", in: 0...0.99)
    public var inputDropout = 0.0
    /// Largest change of each axis' scale in training.
    @Setting("Largest change of each axis' scale in training, each axis for itself", in: 0...0.9)
    public var stretch = 0.0
    /// Share of the label that is spread over all classes.
    @Setting("Share of the label that is spread over all classes", in: 0...0.9)
    public var labelSmoothing = 0.0

    /// The defaults.
    public init() {}
  }

  /// Name in definitions and in weights.
  public static let name = "pointnet2_classification"
  /// The class of the whole cloud.
  public static let goal = CloudGoal.classification
  /// What it is, in one line.
  public static let summary = "PointNet++ tells what a cloud as a whole shows"
  /// What the definition set.
  public let settings: Settings
  /// What is told apart.
  public let classes: CloudClasses

  /// A task.
  ///
  /// - Parameters:
  ///   - settings: What the definition sets.
  ///   - classes: What is told apart.
  /// - Throws: `ModelError.configuration` when there are fewer than two classes.
  public init(_ settings: Settings, classes: CloudClasses) throws {
    try CloudClassification.check(classes)
    self.settings = settings
    self.classes = classes
  }

  /// A network without values.
  public func makeNetwork() -> PointNet2Classifier {
    PointNet2Classifier(
      classes: classes.names.count, scales: settings.scales,
      channels: settings.attributeChannels, width: settings.width, dropout: settings.dropout)
  }

  /// Drawn points and the class.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    try CloudClassification.sample(
      of: cloud, settings, classes, isTraining: isTraining, using: &generator)
  }

  /// The cross-entropy of the classes.
  public func losses(_ network: PointNet2Classifier, _ batch: CloudBatch) throws -> [CloudLoss] {
    let scores = try network(PointFeatures(batch: batch["points"]))
    return [
      CloudLoss(
        "class",
        scores.crossEntropy(batch["label"], labelSmoothing: settings.labelSmoothing))
    ]
  }

  /// The best class of each cloud.
  public func results(_ network: PointNet2Classifier, _ batch: CloudBatch) throws -> [CloudResult] {
    CloudClassification.results(try network(PointFeatures(batch: batch["points"])), batch)
  }
}
