public import Configuration
import Networks
public import PointClouds
public import Tensors

/// PointNet tells what a cloud as a whole shows: `pointnet_classification`.
public struct PointNetClassificationTask: CloudTask {
  /// What a definition may set.
  public struct Settings: PointSampleSettings {
    /// Weight of the second T-Net's distance from orthogonal matrices.
    @Setting("Weight of the second T-Net's distance from orthogonal matrices", in: 0...10)
    public var orthogonality = 0.001
    /// Whether a second T-Net turns the features of each point.
    @Setting("Whether a second T-Net turns the 64 features of each point")
    public var featureTransform = true
    /// Points drawn from each cloud.
    @Setting("Points drawn from each cloud", in: 16...65536) public var points = 1024
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
    /// Share of hidden values that are left out in training.
    @Setting("Share of hidden values that are left out in training", in: 0...0.95)
    public var dropout = 0.4

    /// The defaults.
    public init() {}
  }

  /// Name in definitions and in weights.
  public static let name = "pointnet_classification"
  /// The class of the whole cloud.
  public static let goal = CloudGoal.classification
  /// What it is, in one line.
  public static let summary = "PointNet tells what a cloud as a whole shows"
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
  public func makeNetwork() -> PointNetClassifier {
    PointNetClassifier(
      classes: classes.names.count, channels: 3 + settings.attributeChannels,
      transformsFeatures: settings.featureTransform, dropout: settings.dropout)
  }

  /// Drawn points and the class.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    try CloudClassification.sample(
      of: cloud, settings, classes, isTraining: isTraining, using: &generator)
  }

  /// The cross-entropy of the classes, and the T-Net's distance from orthogonal matrices.
  public func losses(_ network: PointNetClassifier, _ batch: CloudBatch) throws -> [CloudLoss] {
    let found = network.feat(batch["points"])
    let entropy = network.scores(found.global)
      .crossEntropy(batch["label"], labelSmoothing: settings.labelSmoothing)
    guard let matrices = found.featureTransform else { return [CloudLoss("class", entropy)] }
    return [
      CloudLoss("class", entropy),
      CloudLoss("transform", matrices.orthogonalityLoss(), weight: settings.orthogonality),
    ]
  }

  /// The best class of each cloud.
  public func results(_ network: PointNetClassifier, _ batch: CloudBatch) throws -> [CloudResult] {
    CloudClassification.results(network(batch["points"]), batch)
  }
}
