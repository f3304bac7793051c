import Networks
import Tensors

extension ModelCatalogue {
  /// PointNet for shapes and for scenes.
  static let pointNet: [ModelEntry] = [
    ModelEntry(
      "pointnet_cls", "PointNet for shapes, both T-Nets",
      inputs: [.channelRows("points", channels: 3)], configuration: PointNetConfiguration.self
    ) { set in
      try set.requireNoNormals()
      return PointNetClassifier(
        classes: try set.checked(set.classes, or: 40),
        transformsFeatures: set.featureTransform ?? true)
    } run: { network, inputs in
      let found = network.feat(inputs["points"].withChannelsSwapped)
      let scores = network.scores(found.global)
      return [("log_probabilities", scores.logSoftmax(axis: 1)), ("logits", scores)]
        + outputs(of: found)
    },
    ModelEntry(
      "pointnet_sem_seg", "PointNet for scenes; positions, colours, places in the room",
      inputs: [.channelRows("points", channels: 9)], configuration: PointNetConfiguration.self
    ) { set in
      PointNetSegmenter(classes: try set.checked(set.classes, or: 13))
    } run: { network, inputs in
      let found = network.findings(inputs["points"].withChannelsSwapped)
      return scoredPoints(found.scores) + outputs(of: found.encoder)
    },
  ]

  private static func outputs(
    of found: PointNetEncoder.Findings
  ) -> [(name: String, value: Tensor)] {
    [
      ("global_feature", found.global), ("critical_points", found.sources),
      ("input_transform", found.inputTransform),
    ] + (found.featureTransform.map { [("feature_transform", $0)] } ?? [])
  }
}
