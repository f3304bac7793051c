import Networks
import Tensors

/// Set abstraction with neighbourhoods of several sizes around each centre, whose features stand side by side.
///
/// Layers see a neighbour's features, then its position relative to the centre: the other order than ``SetAbstraction``.
///
/// - Note: Source: Qi et al., "PointNet++", NeurIPS 2017, section 3.3, multi-scale grouping. Names of the weights as in
///   yanx27/Pointnet_Pointnet2_pytorch.
public final class MultiScaleSetAbstraction: PointAbstraction {
  let convBlocks: [Sequential]
  let bnBlocks: [Sequential]
  private let layers: [SharedLayers<Plane>]
  private let centres: Int
  let scales: [AbstractionScale]
  private let rules: PointNet2Rules

  /// A level without values.
  ///
  /// - Parameters:
  ///   - centres: Number of centres.
  ///   - scales: The neighbourhoods, at least one.
  ///   - channels: Features of each point, without its position.
  ///   - rules: Choices among implementations.
  public init(
    centres: Int, _ scales: [AbstractionScale], channels: Int, rules: PointNet2Rules = .init()
  ) {
    precondition(!scales.isEmpty, "no neighbourhoods")
    let parts = scales.map { SharedLayers<Plane>.parts(3 + channels, $0.widths) }
    convBlocks = parts.map { Sequential($0.0) }
    bnBlocks = parts.map { Sequential($0.1) }
    layers = parts.map { SharedLayers($0.0, $0.1) }
    self.centres = centres
    self.scales = scales
    self.rules = rules
  }

  /// Features of each centre.
  public var outputs: Int { scales.reduce(0) { $0 + ($1.widths.last ?? 0) } }

  /// The settings in one line.
  public var settings: String {
    "\(centres) centres, "
      + scales.map { "\($0.count) points within \($0.radius)" }.joined(separator: ", ")
  }

  /// The centres with their features.
  public func callAsFunction(_ points: PointFeatures) throws -> PointFeatures {
    let middles = try rules.centres(centres, of: points.positions)
    let features = try zip(scales, layers).map {
      try rules.described(points, around: middles, $0, by: $1, featuresFirst: true)
    }
    return noted(points, middles, .concatenated(features, axis: 2))
  }
}
