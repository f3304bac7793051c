public import Networks
import PointClouds
import Tensors

/// Feature propagation: features of few points interpolated at many, joined with what is known there.
///
/// - Note: Source: Qi et al., "PointNet++", NeurIPS 2017, section 3.4. Names of the weights as in
///   yanx27/Pointnet_Pointnet2_pytorch. The first convolution acts on the few points before interpolation, which is linear too.
public final class FeaturePropagation: Module {
  let mlpConvs: [Conv1D]
  let mlpBns: [BatchNorm1D]
  private let known: Int
  private let interpolation: InverseDistance

  /// A level without values.
  ///
  /// - Parameters:
  ///   - known: Features of each of the many points; 0 for none.
  ///   - coarse: Features of each of the few points.
  ///   - widths: Width of each layer.
  ///   - rules: Choices among implementations.
  public init(known: Int, coarse: Int, widths: [Int], rules: PointNet2Rules = .init()) {
    (mlpConvs, mlpBns) = SharedLayers<Line>.parts(known + coarse, widths)
    self.known = known
    interpolation = rules.interpolation
  }

  /// Features of each point.
  public var outputs: Int { mlpConvs[mlpConvs.count - 1].outputs }

  /// The many points with new features.
  ///
  /// - Parameters:
  ///   - points: The many points with what is known there.
  ///   - coarse: The few points; features of a single one are repeated.
  /// - Returns: The many points, features `[B, N, outputs]`.
  /// - Throws: ``PointClouds/PointCloudError`` when a coordinate is not finite.
  public func callAsFunction(
    _ points: PointFeatures, from coarse: PointFeatures
  ) throws -> PointFeatures {
    let layers = SharedLayers(mlpConvs, mlpBns)
    let first = layers.layers[0]
    guard let few = coarse.featureRows, points.channels == known,
      known + coarse.channels == first.convolution.inputs
    else {
      preconditionFailure(
        "\(points.channels) and \(coarse.channels) features for \(first.convolution.inputs)")
    }
    let width = first.convolution.outputs
    let matrix = first.matrix
    let products = few.linear(
      known == 0 ? matrix : matrix.narrowed(axis: 1, to: known..<known + coarse.channels),
      bias: first.summand)
    let spread = try interpolated(
      products.reshaped(coarse.clouds, coarse.count, width), from: coarse, at: points)
    var rows = spread.reshaped(points.clouds * points.count, width)
    if let own = points.featureRows {
      rows = rows + own.linear(matrix.narrowed(axis: 1, to: 0..<known))
    }
    let features = layers.finished(rows).reshaped(points.clouds, points.count, outputs)
    return PointFeatures(
      positions: points.positions,
      features: watched([few]) { [features] }[0])
  }

  private func interpolated(
    _ values: Tensor, from coarse: PointFeatures, at points: PointFeatures
  ) throws -> Tensor {
    if coarse.count == 1 {
      return values.expanded(to: [points.clouds, points.count, values.shape[2]])
    }
    let found = try NearestNeighbours(count: Swift.min(3, coarse.count))
      .search(coarse.positions.detached(), queries: points.positions.detached())
    return values.interpolatingPoints(
      at: found.indices,
      weights: interpolation.weights(squaredDistances: found.squaredDistances),
      layout: .pointsFirst)
  }
}
