import Geometry
import Tensors

extension ModelCatalogue {
  /// Networks that find boxes in frustums.
  static let frustums: [ModelEntry] = FrustumVersion.allCases.map { version in
    ModelEntry(
      "frustum_pointnet_\(version.rawValue)",
      "Frustum PointNet \(version.rawValue): an object's points and its box from the points of its frustum",
      inputs: [
        ModelInput(
          "points", [.batch, .any("N", least: 1, example: 1024), .any("C", least: 3, example: 4)]),
        ModelInput("one_hot", [.batch, .any("K", least: 1, example: 3)]),
      ], configuration: FrustumConfiguration.self
    ) { configuration in
      try configuration.network(version)
    } run: { network, inputs in
      try network.namedOutputs(inputs["points"], inputs["one_hot"])
    }
  }
}

/// What `parallax infer` may set.
private struct FrustumConfiguration: Decodable {
  var channels: Int?
  var classes: Int?
  var object_points: Int?
  var heading_bins: Int?
  var mean_sizes: [[Double]]?

  func network(_ version: FrustumVersion) throws -> FrustumPointNet {
    let sizes = mean_sizes.map { $0.map { $0.count == 3 ? Vector3($0[0], $0[1], $0[2]) : .zero } }
    let templates = sizes ?? FrustumBoxCoder.kittiTemplates.map(\.size)
    let (channels, classes) = (channels ?? 4, classes ?? 3)
    let (points, bins) = (object_points ?? 512, heading_bins ?? 12)
    guard (3...64).contains(channels), (1...4096).contains(classes), (1...65536).contains(points),
      (1...360).contains(bins), (1...4096).contains(templates.count),
      templates.allSatisfy({ $0.min() > 0 && $0.max() < .infinity })
    else {
      throw ModelError.configuration(
        """
        channels from 3 to 64, classes from 1, object_points from 1 to 65536, heading_bins from 1 to \
        360 and mean_sizes with length, width and height above 0
        """)
    }
    return FrustumPointNet(
      version, channels: channels, classes: classes, objectPoints: points,
      coder: FrustumBoxCoder(headingBins: bins, templates: templates))
  }
}

extension FrustumPointNet {
  /// The original's outputs: residuals in radians and metres.
  fileprivate func namedOutputs(
    _ points: Tensor, _ classes: Tensor
  ) throws -> [(name: String, value: Tensor)] {
    guard points.shape[0] == classes.shape[0], points.shape[2] == channels,
      classes.shape[1] == self.classes
    else {
      throw ModelError.input(
        """
        points \(points.shape) and one_hot \(classes.shape) for \(channels) channels and \
        \(self.classes) classes
        """)
    }
    let outputs = try self(points.transposed(1, 2).contiguous(), classes: classes)
    let sizes = Tensor(
      coder.templates.flatMap { [Float($0.x), Float($0.y), Float($0.z)] },
      shape: [coder.templates.count, 3])
    return [
      ("mask_logits", outputs.maskLogits.transposed(1, 2)),
      ("stage1_center", outputs.firstCenter), ("center", outputs.center),
      ("heading_scores", outputs.headingScores),
      ("heading_residuals", outputs.headingResiduals * (coder.binWidth / 2)),
      ("size_scores", outputs.sizeScores), ("size_residuals", outputs.sizeResiduals * sizes),
    ]
  }
}
