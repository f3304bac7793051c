public import Configuration
import Networks
public import PointClouds
public import Tensors

/// PointNet++ tells the part of an object that each point belongs to: `pointnet2_part_segmentation`.
///
/// The classes are the parts; each point's is its attribute `label`.
public struct PointNet2PartSegmentationTask: CloudTask {
  /// What a definition may set.
  public struct Settings: PointSampleSettings {
    /// Neighbourhoods around each centre.
    @Setting("Neighbourhoods around each centre: of one size (SSG) or of several (MSG)")
    public var scales = PointNet2Scales.single
    /// Factor of all widths.
    @Setting("Factor of all layers' widths", in: 0.05...4) public var width = 1.0
    /// Kinds of objects.
    @Setting(
      "Kinds of objects, as clouds are labelled; when given, the network is told which it sees")
    public var categories = [String]()
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
    public var dropout = 0.5

    /// The defaults.
    public init() {}
  }

  /// Name in definitions and in weights.
  public static let name = "pointnet2_part_segmentation"
  /// The part that each point belongs to.
  public static let goal = CloudGoal.segmentation
  /// What it is, in one line.
  public static let summary = "PointNet++ tells the part of an object that each point belongs to"
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
  public func makeNetwork() -> PointNet2PartSegmenter {
    PointNet2PartSegmenter(
      parts: classes.names.count, categories: settings.categories.count, scales: settings.scales,
      channels: settings.attributeChannels, width: settings.width, dropout: settings.dropout)
  }

  /// Drawn points with their parts, and the kind of the object where kinds are told.
  public func sample(
    of cloud: LabelledCloud, isTraining: Bool, using generator: inout SeededGenerator
  ) throws -> CloudSample {
    var sample = try CloudSegmentation.sample(
      of: cloud, settings, classes, isTraining: isTraining, using: &generator)
    guard !settings.categories.isEmpty else { return sample }
    guard let name = cloud.label, let place = settings.categories.firstIndex(of: name) else {
      throw ModelError.input(
        "\(cloud.name): the cloud's label \(cloud.label ?? "(none)") is none of the categories "
          + settings.categories.joined(separator: ", "))
    }
    var category = [Float](repeating: 0, count: settings.categories.count)
    category[place] = 1
    sample.tensors["category"] = Tensor(category)
    return sample
  }

  private func scores(_ network: PointNet2PartSegmenter, _ batch: CloudBatch) throws -> Tensor {
    try network(PointFeatures(batch: batch["points"]), category: batch.tensors["category"])
  }

  /// The cross-entropy of the parts, over points whose part is known.
  public func losses(_ network: PointNet2PartSegmenter, _ batch: CloudBatch) throws -> [CloudLoss] {
    [CloudSegmentation.loss(try scores(network, batch), batch, settings.labelSmoothing)]
  }

  /// The best part of each point.
  public func results(
    _ network: PointNet2PartSegmenter, _ batch: CloudBatch
  ) throws -> [CloudResult] {
    CloudSegmentation.results(try scores(network, batch), batch)
  }
}
