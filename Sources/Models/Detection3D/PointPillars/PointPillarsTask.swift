import Networks
public import PointClouds
public import Tensors

/// A detector of objects in LiDAR scans: pillars of points, a map seen from above, centres of boxes.
///
/// - Note: Source: Lang et al., "PointPillars: fast encoders for object detection from point clouds",
///   CVPR 2019; Yin, Zhou and Krähenbühl, "Center-based 3D object detection and tracking", CVPR 2021.
public struct PointPillarsTask: CentreTask {
  /// Name in definitions and in weights.
  public static let name = "pointpillars"
  /// Boxes.
  public static let goal = CloudGoal.detection
  /// What it is, in one line.
  public static let summary =
    "boxes in LiDAR scans: pillars of points (PointPillars), centres on a map (CenterPoint)"

  /// What the definition set.
  public let settings: PointPillarsSettings
  /// What is told apart.
  public let classes: CloudClasses
  /// The grid of pillars.
  public let lattice: VoxelLattice
  /// How cells of the map describe boxes.
  public let code: CentreCode

  /// A task.
  ///
  /// - Parameters:
  ///   - settings: What the definition sets.
  ///   - classes: What is told apart.
  /// - Throws: ``ModelError/configuration(_:)``.
  public init(_ settings: PointPillarsSettings, classes: CloudClasses) throws {
    lattice = try settings.range.lattice()
    if let mistake = settings.backbone.mistake { throw ModelError.configuration(mistake) }
    try lattice.requireMap(multiple: settings.backbone.granularity)
    guard lattice.cells[2] == 1 else {
      throw ModelError.configuration(
        "pillars are as high as the range; there are \(lattice.cells[2]) voxels along z")
    }
    guard !classes.names.isEmpty else { throw ModelError.configuration("there are no classes") }
    self.settings = settings
    self.classes = classes
    code = CentreCode(
      BirdsEyeGrid(lattice, stride: settings.backbone.stride),
      isDoubled: settings.head.doubledAngle)
  }

  /// The head, its targets, losses and boxes.
  public var head: CentreHeadSettings { settings.head }

  /// A network without values.
  public func makeNetwork() -> PointPillarsNetwork {
    PointPillarsNetwork(
      inputs: settings.features == "absolute" ? 10 : 8, rows: lattice.cells[1],
      columns: lattice.cells[0], classes: classes.names.count, settings)
  }

  /// The pillars of one cloud.
  ///
  /// - Parameter cloud: A cloud.
  /// - Returns: `features` of all points, pillar by pillar; `counts` of points, and `coordinates` batch, y, x.
  /// - Throws: ``PointClouds/PointCloudError`` when memory is short.
  public func inputs(of cloud: PointCloud) throws -> [String: Tensor] {
    let points = lidarPoints(cloud, usesIntensity: settings.intensity)
    let pillars = try HardVoxelizer(
      lattice, pointLimit: settings.maxPoints, voxelLimit: settings.maxPillars
    ).voxelize(points)
    let coordinates = Tensor(shape: [pillars.count, 3], of: Int32.self) { target in
      pillars.coordinates.withUnsafeElements(of: Int32.self) { cells in
        for v in 0..<pillars.count {
          target[3 * v] = 0
          target[3 * v + 1] = cells[4 * v + 2]
          target[3 * v + 2] = cells[4 * v + 1]
        }
      }
    }
    return [
      "features": features(pillars), "counts": pillars.counts, "coordinates": coordinates,
    ]
  }

  /// Numbers of the points, without places that hold none.
  private func features(_ pillars: HardVoxels) -> Tensor {
    let all = pillars.pillarFeatures(includesHeight: true).contiguous()  // [V, P, 10]
    let size = lattice.voxelSize
    let isAbsolute = settings.features == "absolute"
    // Offsets in halves of a pillar's edges weigh as much as the height does.
    let scales: [Float] =
      isAbsolute
      ? [Float](repeating: 1, count: 10)
      : [0, 0, 1, 1, Float(2 / size.x), Float(2 / size.y), 1, Float(2 / size.x), Float(2 / size.y)]
        + [Float(2 / size.z)]
    let (rows, skipped) = (pillars.points.shape[1], isAbsolute ? 0 : 2)
    let width = 10 - skipped
    return pillars.counts.withUnsafeElements(of: Int32.self) { counts in
      let total = counts.reduce(0) { $0 + Int($1) }
      return Tensor(shape: [total, width], of: Float.self) { target in
        all.withUnsafeElements(of: Float.self) { all in
          var next = 0
          for v in 0..<counts.count {
            for row in 0..<Int(counts[v]) {
              let source = 10 * (v * rows + row) + skipped
              for k in 0..<width { target[next + k] = all[source + k] * scales[k + skipped] }
              next += width
            }
          }
        }
      }
    }
  }

  /// What the network says.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - inputs: Pillars of all clouds.
  ///   - count: Number of clouds.
  /// - Returns: Maps; nil where there are no pillars.
  /// - Throws: ``PointClouds/PointCloudError`` when pillars do not fit the range.
  public func maps(
    _ network: PointPillarsNetwork, _ inputs: [String: Tensor], count: Int
  ) throws -> CentreMaps? {
    try view(network, inputs, count).map { network.maps(of: $0) }
  }

  /// Whether there are two points.
  ///
  /// - Parameter inputs: Pillars of all clouds.
  /// - Returns: Whether there are.
  public func canTrain(on inputs: [String: Tensor]) -> Bool {
    (inputs["features"]?.shape[0] ?? 0) > 1
  }

  /// The network made fast for single clouds; switches it to evaluation.
  ///
  /// - Parameter network: The network.
  /// - Returns: What ``maps(_:_:count:)`` does for one cloud.
  /// - Throws: ``Networks/PreparationError``.
  public func prepared(
    _ network: PointPillarsNetwork
  ) throws -> @Sendable (_ inputs: [String: Tensor]) throws -> CentreMaps? {
    network.evaluate()
    let example = Tensor.zeros([1, settings.width, lattice.cells[1], lattice.cells[0]])
    let dense = try network.preparedForInference(examples: [example]) {
      let maps = network.maps(of: $0[0])
      return [maps.heat, maps.codes]
    }
    return { inputs in
      guard let view = try withoutGradients({ try view(network, inputs, 1) }) else { return nil }
      let found = dense([view])
      return CentreMaps(heat: found[0], codes: found[1])
    }
  }

  private func view(
    _ network: PointPillarsNetwork, _ inputs: [String: Tensor], _ count: Int
  ) throws -> Tensor? {
    guard let features = inputs["features"], let counts = inputs["counts"],
      let coordinates = inputs["coordinates"], counts.count > 0
    else { return nil }
    return try network.view(features, counts: counts, coordinates: coordinates, batches: count)
  }
}
