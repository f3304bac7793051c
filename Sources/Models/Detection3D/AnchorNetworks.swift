import Networks
import PointClouds
import Tensors

/// SECOND as published for KITTI, with OpenPCDet's names.
final class SECONDNetwork: Module {
  let backbone3D = SECONDMiddleEncoder()
  let backbone2D = BirdsEyeBackbone(inputs: 256, .second)
  let denseHead = AnchorHead(inputs: 512, classes: 3)
  private let task: SparseCentreTask

  init() throws {
    task = try SparseCentreTask(
      .kitti, classes: CloudClasses(names: AnchorGrid.kitti.map(\.label)))
  }

  static var memberNames: [String: String] {
    ["backbone3D": "backbone_3d", "backbone2D": "backbone_2d"]
  }

  var grid: BirdsEyeGrid { task.code.grid }

  /// What the network says; nil where no point lies in the range.
  func maps(of cloud: PointCloud) throws -> AnchorMaps? {
    guard let voxels = try task.voxels(task.inputs(of: cloud)) else { return nil }
    return denseHead(backbone2D(try backbone3D.birdsEyeView(voxels, batches: 1)))
  }
}

/// PointPillars as published for KITTI, with OpenPCDet's names.
final class PointPillarsAnchorNetwork: Module {
  let vfe = PillarFeatureNet(inputs: 10, outputs: 64, padding: 32)
  let backbone2D = BirdsEyeBackbone(inputs: 64, .pointPillars)
  let denseHead = AnchorHead(inputs: 384, classes: 3)
  private let task: PointPillarsTask

  init() throws {
    task = try PointPillarsTask(
      .kitti, classes: CloudClasses(names: AnchorGrid.kitti.map(\.label)))
  }

  static var memberNames: [String: String] { ["backbone2D": "backbone_2d"] }

  var grid: BirdsEyeGrid { task.code.grid }

  /// What the network says; nil where no point lies in the range.
  func maps(of cloud: PointCloud) throws -> AnchorMaps? {
    let inputs = try task.inputs(of: cloud)
    guard let points = inputs["features"], let counts = inputs["counts"],
      let coordinates = inputs["coordinates"], counts.count > 0
    else { return nil }
    let view = try SparseTensor(
      coordinates: coordinates, features: vfe(points, counts: counts),
      shape: [task.lattice.cells[1], task.lattice.cells[0]]
    ).dense(batches: 1)
    return denseHead(backbone2D(view))
  }
}

extension ModelCatalogue {
  /// The published detectors with anchors.
  static let anchorDetectors: [ModelEntry] = [
    anchorDetector("second_kitti", "SECOND for KITTI, with anchors") {
      let network = try SECONDNetwork()
      return (network, network.grid, { try network.maps(of: $0) })
    },
    anchorDetector("pointpillars_kitti", "PointPillars for KITTI, with anchors") {
      let network = try PointPillarsAnchorNetwork()
      return (network, network.grid, { try network.maps(of: $0) })
    },
  ]

  private struct NoConfiguration: Decodable {}

  private static func anchorDetector(
    _ name: String, _ summary: String,
    _ make:
      @escaping @Sendable () throws -> (
        any Module, BirdsEyeGrid, @Sendable (PointCloud) throws -> AnchorMaps?
      )
  ) -> ModelEntry {
    ModelEntry(
      name, summary, inputs: [.points], configuration: NoConfiguration.self
    ) { _ in
      let (network, grid, body) = try make()
      return AnchorDetector(network, AnchorGrid(grid), body)
    } run: { detector, inputs in
      guard let maps = try detector.body(pointCloud(inputs["points"])) else {
        throw ModelError.input("input points: none lies in the detector's range")
      }
      let boxes = try maps.decoded(detector.anchors)[0]
      return [
        ("classes", maps.classes), ("codes", maps.boxes), ("directions", maps.directions),
      ] + boxOutputs(boxes, names: detector.anchors.kinds.map(\.label))
    }
  }
}

/// A network with its anchors.
private final class AnchorDetector: Module {
  let network: any Module
  let anchors: AnchorGrid
  let body: @Sendable (PointCloud) throws -> AnchorMaps?

  init(
    _ network: any Module, _ anchors: AnchorGrid,
    _ body: @escaping @Sendable (PointCloud) throws -> AnchorMaps?
  ) {
    (self.network, self.anchors, self.body) = (network, anchors, body)
  }

  var members: [(name: String, part: ModulePart)] { network.members }
}
