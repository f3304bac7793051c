public import Networks
import PointClouds
import Tensors

/// One step of abstraction: fewer points, each with features of what lies around it.
public protocol PointAbstraction: Module {
  /// Features of each point.
  var outputs: Int { get }

  /// The centres with their features.
  ///
  /// - Parameter points: The points.
  /// - Returns: The centres, positions `[B, M, 3]` and features `[B, M, outputs]`.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  func callAsFunction(_ points: PointFeatures) throws -> PointFeatures
}

/// Neighbourhoods of one size, and the layers that describe them.
public struct AbstractionScale: Sendable, Equatable {
  /// Radius of the balls, metres.
  public var radius: Float
  /// Points taken of each ball.
  public var count: Int
  /// Width of each layer.
  public var widths: [Int]

  /// A scale.
  ///
  /// - Parameters:
  ///   - radius: Radius of the balls, metres.
  ///   - count: Points taken of each ball.
  ///   - widths: Width of each layer.
  public init(radius: Float, count: Int, widths: [Int]) {
    self.radius = radius
    self.count = count
    self.widths = widths
  }
}

extension PointNet2Rules {
  /// The centres that farthest point sampling picks, `[B, M, 3]`; all points where there are fewer.
  ///
  /// Originals repeat the first point then: results in evaluation are the same, but its copies would rule statistics in training.
  func centres(_ count: Int, of positions: Tensor) throws -> Tensor {
    let chosen = try FarthestPointSampling(
      count: Swift.min(count, positions.shape[1]), ignoresPointsNearOrigin: ignoresPointsNearOrigin
    ).indices(of: positions.detached())
    return positions.gatheringPoints(at: chosen, layout: .pointsFirst)
  }

  /// Features of what lies around centres, `[B, M, C]`.
  ///
  /// The first convolution acts on a difference, so it is computed for points and centres instead of pairs of them.
  func described<Axes>(
    _ points: PointFeatures, around centres: Tensor, _ scale: AbstractionScale,
    by layers: SharedLayers<Axes>, featuresFirst: Bool
  ) throws -> Tensor {
    let groups = try PointGroups(
      BallQuery(radius: scale.radius, count: scale.count), of: points.positions, around: centres)
    let first = layers.layers[0]
    let factor = dividesByRadius ? 1 / scale.radius : 1
    let (positions, middles) = (
      points.positionRows, centres.reshaped(groups.count, 3)
    )
    let place = featuresFirst ? points.channels : 0
    let products = first.products(
      joined(
        factor == 1 ? positions : positions * factor, points.featureRows,
        featuresFirst: featuresFirst))
    let middle = (factor == 1 ? middles : middles * factor)
      .linear(first.matrix.narrowed(axis: 1, to: place..<place + 3))
    let features = layers.pooled(groups.differences(of: products, from: middle), over: groups)
    return features.reshaped(points.clouds, groups.groupsPerCloud, features.shape[1])
  }
}

/// Positions and features side by side.
func joined(_ positions: Tensor, _ features: Tensor?, featuresFirst: Bool = false) -> Tensor {
  guard let features else { return positions }
  return .concatenated(featuresFirst ? [features, positions] : [positions, features], axis: 1)
}
