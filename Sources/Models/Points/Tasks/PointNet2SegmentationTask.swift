public import Configuration
import Networks
public import PointClouds
public import Tensors

/// PointNet++ tells what each point of a scene belongs to: `pointnet2_segmentation`.
///
/// Each point's class is its attribute `label`.
public struct PointNet2SegmentationTask: CloudTask {
  /// What a definition may set.
  public struct Settings: PointSampleSettings {
    /// Neighbourhoods around each centre.
    @Setting("Neighbourhoods around each centre: of one size (SSG) or of several (MSG)")
    public var scales = PointNet2Scales.single
    /// Factor of all widths.
    @Setting("Factor of all layers' widths", in: 0.05...4) public var width = 1.0
    /// Radius of the smallest neighbourhoods.
    @Setting(
      "Radius of the smallest single-scale neighbourhoods, metres; it doubles from level to level",
      in: 0.001...100)
    public var radius = 0.1
    /// Points drawn from each cloud.
    @Setting("Points drawn from each cloud", in: 16...65536) public var points = 4096
    /// How points are drawn.
    @Setting("How points are drawn") public var drawing = PointDrawing.random
    /// Where positions are measured from.
    @Setting("Where positions are measured from; sphere scales the farthest point to distance 1")
    public var normalisation = PointNormalisation.centroid
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
    public var dropout = 0.5

    /// The defaults.
    public init() {}
  }

  /// Name in definitions and in weights.
  public static let name = "pointnet2_segmentation"
  /// The class of each point.
  public static let goal = CloudGoal.segmentation
  /// What it is, in one line.
  public static let summary = "PointNet++ tells what each point of a scene belongs to"
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
  public func makeNetwork() -> PointNet2SceneSegmenter {
    PointNet2SceneSegmenter(
      classes: classes.names.count, scales: settings.scales,
      channels: 3 + settings.attributeChannels, width: settings.width,
      radius: settings.radius / 0.1, dropout: settings.dropout)
  }

  /// Drawn points with their classes.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    try CloudSegmentation.sample(
      of: cloud, settings, classes, isTraining: isTraining, using: &generator)
  }

  /// The cross-entropy of the classes, over points whose class is known.
  public func losses(
    _ network: PointNet2SceneSegmenter, _ batch: CloudBatch
  ) throws -> [CloudLoss] {
    let scores = try network(PointFeatures(batchWithPositions: batch["points"]))
    return [CloudSegmentation.loss(scores, batch, settings.labelSmoothing)]
  }

  /// The best class of each point.
  public func results(
    _ network: PointNet2SceneSegmenter, _ batch: CloudBatch
  ) throws -> [CloudResult] {
    CloudSegmentation.results(
      try network(PointFeatures(batchWithPositions: batch["points"])), batch)
  }
}
