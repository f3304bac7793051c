import Networks
import PointClouds
import Tensors

/// Set abstraction with neighbourhoods of one size, or of whole clouds.
///
/// Farthest points become centres; layers that all points share see each neighbour's position relative to the centre, then its
/// features; the largest value of each channel describes the neighbourhood.
///
/// - Note: Source: Qi et al., "PointNet++: deep hierarchical feature learning on point sets in a metric space", NeurIPS 2017,
///   section 3.2. Names of the weights as in yanx27/Pointnet_Pointnet2_pytorch.
public final class SetAbstraction: PointAbstraction {
  let mlpConvs: [Conv2D]
  let mlpBns: [BatchNorm2D]
  private let centres: Int?
  let scale: AbstractionScale
  private let rules: PointNet2Rules

  /// A level without values.
  ///
  /// - Parameters:
  ///   - centres: Number of centres.
  ///   - scale: The neighbourhoods.
  ///   - channels: Features of each point, without its position.
  ///   - rules: Choices among implementations.
  public init(
    centres: Int, _ scale: AbstractionScale, channels: Int, rules: PointNet2Rules = .init()
  ) {
    (mlpConvs, mlpBns) = SharedLayers<Plane>.parts(3 + channels, scale.widths)
    self.centres = centres
    self.scale = scale
    self.rules = rules
  }

  /// A level that describes each cloud as a whole, without values; its one centre is the origin.
  ///
  /// - Parameters:
  ///   - widths: Width of each layer.
  ///   - channels: Features of each point, without its position.
  public init(wholeClouds widths: [Int], channels: Int) {
    (mlpConvs, mlpBns) = SharedLayers<Plane>.parts(3 + channels, widths)
    centres = nil
    scale = AbstractionScale(radius: .infinity, count: 1, widths: widths)
    rules = PointNet2Rules()
  }

  /// Whether each cloud is described as a whole.
  var isWhole: Bool { centres == nil }

  /// Features of each centre.
  public var outputs: Int { mlpConvs[mlpConvs.count - 1].outputs }

  /// The settings in one line.
  public var settings: String {
    guard let centres else { return "all points" }
    return "\(centres) centres, \(scale.count) points within \(scale.radius)"
  }

  /// The centres with their features.
  public func callAsFunction(_ points: PointFeatures) throws -> PointFeatures {
    let layers = SharedLayers(mlpConvs, mlpBns)
    precondition(
      3 + points.channels == mlpConvs[0].inputs,
      "features \(points.features?.shape ?? []) for \(mlpConvs[0].inputs - 3) channels")
    guard let centres else {
      let groups = PointGroups(wholeClouds: points.clouds, points: points.count)
      let first = layers.layers[0].products(joined(points.positionRows, points.featureRows))
      return noted(
        points, .zeros([points.clouds, 1, 3]),
        layers.pooled(first, over: groups).unsqueezed(1))
    }
    let middles = try rules.centres(centres, of: points.positions)
    return noted(
      points, middles,
      try rules.described(points, around: middles, scale, by: layers, featuresFirst: false))
  }
}

extension PointAbstraction {
  /// The result, seen by whoever watches the network.
  func noted(_ points: PointFeatures, _ positions: Tensor, _ features: Tensor) -> PointFeatures {
    let inputs = [points.positions] + (points.features.map { [$0] } ?? [])
    return PointFeatures(positions: positions, features: watched(inputs) { [features] }[0])
  }
}
