import Networks
import Tensors

extension ModelCatalogue {
  /// PointNet++ for parts of shapes.
  static func partSegmenter(_ scales: PointNet2Scales) -> ModelEntry {
    ModelEntry(
      "pointnet2_part_seg_\(scales.suffix)", "PointNet++ for parts of shapes, \(scales.summary)",
      inputs: [
        .channelRows("points", channels: 3),
        ModelInput("category", [.batch, 1, .any("K", least: 1, example: 16)]),
      ], configuration: PointNetConfiguration.self
    ) { set in
      try set.requireNoNormals()
      let categories = try set.checked(set.categories, or: 16)
      return WithCategories(
        PointNet2PartSegmenter(
          parts: try set.checked(set.parts, or: 50), categories: categories, scales: scales,
          width: try set.checkedWidth()), categories)
    } run: { model, inputs in
      let category = inputs["category"].squeezed(1)
      guard category.shape == [inputs["points"].shape[0], model.categories] else {
        throw ModelError.input(
          "category \(category.shape): expected \(model.categories) categories of each cloud")
      }
      let found = try model.network.findings(
        PointFeatures(batch: inputs["points"].withChannelsSwapped), category: category)
      return scoredPoints(found.scores) + [
        ("global_feature", found.levels[2].channelsFirst),
        ("sa2_xyz", found.levels[1].positions.withChannelsSwapped),
        ("fp2_features", found.levels[3].channelsFirst),
        ("fp1_features", found.levels[4].channelsFirst),
      ]
    }
  }

  /// PointNet++ for scenes.
  static func sceneSegmenter(_ scales: PointNet2Scales) -> ModelEntry {
    ModelEntry(
      "pointnet2_sem_seg" + (scales == .single ? "" : "_msg"),
      "PointNet++ for scenes, \(scales.summary); positions, colours, places in the room",
      inputs: [.channelRows("points", channels: 9)], configuration: PointNetConfiguration.self
    ) { set in
      PointNet2SceneSegmenter(
        classes: try set.checked(set.classes, or: 13), scales: scales,
        width: try set.checkedWidth())
    } run: { network, inputs in
      let found = try network.findings(
        PointFeatures(batchWithPositions: inputs["points"].withChannelsSwapped))
      return scoredPoints(found.scores) + [
        ("sa4_features", found.levels[0].channelsFirst),
        ("fp2_features", found.levels[1].channelsFirst),
        ("fp1_features", found.levels[2].channelsFirst),
      ]
    }
  }

  /// Outputs of networks that score every point.
  static func scoredPoints(_ scores: Tensor) -> [(name: String, value: Tensor)] {
    [("log_probabilities", scores.logSoftmax(axis: 2)), ("logits", scores)]
  }
}

/// A network with the number of categories that it is told.
private final class WithCategories: Module {
  let network: PointNet2PartSegmenter
  let categories: Int

  init(_ network: PointNet2PartSegmenter, _ categories: Int) {
    self.network = network
    self.categories = categories
  }

  var members: [(name: String, part: ModulePart)] { network.members }
  static var kind: String { PointNet2PartSegmenter.kind }
}

extension PointFeatures {
  /// Features `[B, C, N]`, as files have them.
  var channelsFirst: Tensor { (features ?? positions).withChannelsSwapped }
}

extension PointNet2Scales {
  /// The end of models' names.
  var suffix: String { self == .single ? "ssg" : "msg" }

  /// The neighbourhoods in words.
  var summary: String { "neighbourhoods of " + (self == .single ? "one size" : "several sizes") }
}
