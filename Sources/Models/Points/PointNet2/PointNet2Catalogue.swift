import Networks
import Tensors

/// Configuration of PointNet and PointNet++.
struct PointNetConfiguration: Decodable, Sendable {
  /// Number of classes.
  var classes: Int?
  /// Number of parts.
  var parts: Int?
  /// Number of categories of objects, one hot.
  var categories: Int?
  /// Whether points have normals.
  var normalChannel: Bool?
  /// Whether PointNet has its second T-Net.
  var featureTransform: Bool?
  /// Factor of all widths.
  var width: Double?

  enum CodingKeys: String, CodingKey {
    case classes, parts, categories, width
    case normalChannel = "normal_channel"
    case featureTransform = "feature_transform"
  }

  /// A number within what can be built.
  func checked(_ value: Int?, or usual: Int, from least: Int = 1) throws(ModelError) -> Int {
    let value = value ?? usual
    guard (least...1_000_000).contains(value) else {
      throw .configuration("a network cannot tell \(value) classes apart")
    }
    return value
  }

  /// The factor of all widths.
  func checkedWidth() throws(ModelError) -> Double {
    let width = width ?? 1
    guard width >= 0.05 && width <= 16 else {
      throw .configuration("width cannot be \(width)")
    }
    return width
  }

  /// Refuses normals, which the inputs lack.
  func requireNoNormals() throws(ModelError) {
    if normalChannel == true {
      throw .configuration("normal_channel: this model sees positions only")
    }
  }
}

extension ModelInput {
  /// Points with channels first, `[B, C, N]`.
  static func channelRows(_ name: String, channels: Int) -> ModelInput {
    ModelInput(name, [.batch, .exactly(channels), .any("N", least: 1, example: 1024)])
  }
}

extension Tensor {
  /// `[B, N, C]` from `[B, C, N]`, or back.
  var withChannelsSwapped: Tensor { transposed(1, 2).contiguous() }
}

extension ModelCatalogue {
  /// PointNet and PointNet++.
  static let pointNets: [ModelEntry] =
    PointNet2Scales.allCases.flatMap { [classifier($0), partSegmenter($0), sceneSegmenter($0)] }
    + pointNet

  private static func classifier(_ scales: PointNet2Scales) -> ModelEntry {
    ModelEntry(
      "pointnet2_cls_\(scales.suffix)", "PointNet++ for shapes, \(scales.summary)",
      inputs: [.channelRows("points", channels: 3)], configuration: PointNetConfiguration.self
    ) { set in
      try set.requireNoNormals()
      return PointNet2Classifier(
        classes: try set.checked(set.classes, or: 40), scales: scales,
        width: try set.checkedWidth())
    } run: { network, inputs in
      let points = PointFeatures(batch: inputs["points"].withChannelsSwapped)
      let levels = try network.levels(points)
      guard let whole = levels[2].features else { return [] }
      let scores = network.scores(whole.squeezed(1))
      return [
        ("log_probabilities", scores.logSoftmax(axis: 1)), ("logits", scores),
        ("global_feature", whole.withChannelsSwapped),
      ]
        + levels[..<2].enumerated().flatMap { place, level in
          [
            ("sa\(place + 1)_xyz", level.positions.withChannelsSwapped),
            ("sa\(place + 1)_features", level.channelsFirst),
          ]
        }
    }
  }
}
