import Networks
public import PointClouds
public import Tensors

/// A detector of objects in LiDAR scans: voxels, sparse convolutions, a map seen from above, centres of boxes.
///
/// - Note: Source: Yan, Mao and Li, "SECOND", Sensors 2018; Yin, Zhou and Krähenbühl, "Center-based 3D
///   object detection and tracking", CVPR 2021.
public struct SparseCentreTask: CentreTask {
  /// Name in definitions and in weights.
  public static let name = "sparse_centre"
  /// Boxes.
  public static let goal = CloudGoal.detection
  /// What it is, in one line.
  public static let summary =
    "boxes in LiDAR scans: sparse convolutions over voxels (SECOND), centres on a map (CenterPoint)"

  /// What the definition set.
  public let settings: SparseCentreSettings
  /// What is told apart.
  public let classes: CloudClasses
  /// The grid of voxels.
  public let lattice: VoxelLattice
  /// How cells of the map describe boxes.
  public let code: CentreCode
  private let features: VoxelFeatures
  private let heights: Int

  /// A task.
  ///
  /// - Parameters:
  ///   - settings: What the definition sets.
  ///   - classes: What is told apart.
  /// - Throws: ``ModelError/configuration(_:)``.
  public init(_ settings: SparseCentreSettings, classes: CloudClasses) throws {
    lattice = try settings.range.lattice()
    if let mistake = settings.encoder.mistake ?? settings.backbone.mistake {
      throw ModelError.configuration(mistake)
    }
    try lattice.requireMap(multiple: settings.encoder.mapStride * settings.backbone.granularity)
    // One cell more than voxels, as OpenPCDet has it: 40 voxels are 41 cells.
    heights = settings.encoder.heights(of: lattice.cells[2] + 1)
    guard heights > 0 else {
      throw ModelError.configuration(
        "\(lattice.cells[2]) voxels along z are too few for the encoder; at least 24 are not")
    }
    guard !classes.names.isEmpty else { throw ModelError.configuration("there are no classes") }
    self.settings = settings
    self.classes = classes
    features = VoxelFeatures(rawValue: settings.features) ?? .relative
    let stride = settings.encoder.mapStride * settings.backbone.stride
    code = CentreCode(
      BirdsEyeGrid(lattice, stride: stride), isDoubled: settings.head.doubledAngle)
  }

  /// The head, its targets, losses and boxes.
  public var head: CentreHeadSettings { settings.head }

  /// A network without values.
  public func makeNetwork() -> SparseCentreNetwork {
    SparseCentreNetwork(
      inputs: features.count, heights: heights, classes: classes.names.count, settings)
  }

  /// The voxels of one cloud.
  ///
  /// - Parameter cloud: A cloud.
  /// - Returns: `coordinates` batch, z, y, x, and `features`.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func inputs(of cloud: PointCloud) throws -> [String: Tensor] {
    let points = lidarPoints(cloud, usesIntensity: settings.intensity)
    let voxels = try VoxelMeans(
      points, lattice, features, pointLimit: settings.maxPoints, limit: settings.maxVoxels)
    return ["coordinates": voxels.coordinates, "features": voxels.features]
  }

  /// What the network says.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - inputs: Voxels of all clouds.
  ///   - count: Number of clouds.
  /// - Returns: Maps; nil where there are no voxels.
  /// - Throws: ``PointClouds/PointCloudError`` when voxels do not fit the range.
  public func maps(
    _ network: SparseCentreNetwork, _ inputs: [String: Tensor], count: Int
  ) throws -> CentreMaps? {
    guard let voxels = try voxels(inputs) else { return nil }
    return try network(voxels, batches: count)
  }

  /// Whether the last layer is sure to have two cells.
  ///
  /// - Parameter inputs: Voxels of all clouds.
  /// - Returns: Whether it is.
  public func canTrain(on inputs: [String: Tensor]) -> Bool {
    // Normalisations compare cells, of which the last layer must leave two.
    guard let coordinates = inputs["coordinates"] else { return false }
    let limit = Int32(2 * settings.encoder.mapStride + 2)
    return coordinates.withUnsafeElements(of: Int32.self) { all in
      stride(from: 4, to: all.count, by: 4).contains { row in
        all[row] != all[0] || abs(all[row + 2] - all[2]) > limit
          || abs(all[row + 3] - all[3]) > limit
      }
    }
  }

  /// The voxels of a batch; nil where there are none.
  func voxels(_ inputs: [String: Tensor]) throws -> SparseTensor? {
    guard let coordinates = inputs["coordinates"], let features = inputs["features"],
      coordinates.shape[0] > 0
    else { return nil }
    return try SparseTensor(
      coordinates: coordinates, features: features,
      shape: [lattice.cells[2] + 1, lattice.cells[1], lattice.cells[0]])
  }

  /// The network made fast for single clouds; switches it to evaluation.
  ///
  /// - Parameter network: The network.
  /// - Returns: What ``maps(_:_:count:)`` does for one cloud.
  /// - Throws: ``Networks/PreparationError``.
  public func prepared(
    _ network: SparseCentreNetwork
  ) throws -> @Sendable (_ inputs: [String: Tensor]) throws -> CentreMaps? {
    network.evaluate()
    let channels = settings.encoder.outputs * heights
    let stride = settings.encoder.mapStride
    let example = Tensor.zeros(
      [1, channels, lattice.cells[1] / stride, lattice.cells[0] / stride])
    let dense = try network.preparedForInference(examples: [example]) {
      let maps = network.maps(of: $0[0])
      return [maps.heat, maps.codes]
    }
    return { inputs in
      guard let voxels = try voxels(inputs) else { return nil }
      let view = try withoutGradients {
        try network.backbone3D.birdsEyeView(voxels, batches: 1).contiguous()
      }
      let found = dense([view])
      return CentreMaps(heat: found[0], codes: found[1])
    }
  }
}
