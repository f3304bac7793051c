import Networks
import PointClouds
import Tensors

/// Features of the neighbourhoods of some points, at one or more scales (PointNet++'s set abstraction).
final class FrustumSetAbstraction: Module {
  /// Which neighbours count, and the layers that their features pass.
  struct Scale {
    let radius: Float
    let neighbours: Int
    let widths: [Int]
  }

  /// Layers of each scale.
  let scales: [FrustumPointLayers]
  private let centres: FarthestPointSampling?
  private let groupings: [PointGrouping]

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels beside the positions.
  ///   - count: Points whose neighbourhoods are looked at.
  ///   - scales: The scales.
  init(_ inputs: Int, count: Int, _ scales: [Scale]) {
    centres = FarthestPointSampling(count: count)
    groupings = scales.map {
      PointGrouping(query: BallQuery(radius: $0.radius, count: $0.neighbours))
    }
    self.scales = scales.map { FrustumPointLayers(inputs + 3, $0.widths) }
  }

  /// A layer without values that looks at all points at once.
  ///
  /// - Parameters:
  ///   - inputs: Channels beside the positions.
  ///   - widths: Channels behind each layer.
  init(_ inputs: Int, widths: [Int]) {
    centres = nil
    groupings = []
    scales = [FrustumPointLayers(inputs + 3, widths)]
  }

  /// Channels of the features that come out.
  var outputs: Int { scales.reduce(0) { $0 + $1.outputs } }

  /// The points that were looked at, and what was seen there.
  ///
  /// - Parameters:
  ///   - positions: `[B, N, 3]`.
  ///   - features: `[B, C, N]`; nil for no channels.
  /// - Returns: `[B, M, 3]` and `[B, outputs, M]`; M is 1 for all points at once, which lie at the origin.
  /// - Throws: ``PointClouds/PointCloudError`` when a position is not finite.
  func callAsFunction(_ positions: Tensor, _ features: Tensor?) throws -> (Tensor, Tensor) {
    guard let centres else {
      let rows = positions.transposed(1, 2)  // [B, 3, N]
      let all = features.map { Tensor.concatenated([rows, $0], axis: 1) } ?? rows
      return (
        .zeros([positions.shape[0], 1, 3], positions.elementType),
        scales[0](all).max(axis: 2, keepDims: true)
      )
    }
    let chosen = try centres.indices(of: positions.detached())
    let middles = positions.gatheringPoints(at: chosen, layout: .pointsFirst)  // [B, M, 3]
    let seen = try zip(groupings, scales).map { grouping, layers in
      let groups = try grouping.groups(positions, around: middles, features: features)
      let (b, c, m, k) = (groups.shape[0], groups.shape[1], groups.shape[2], groups.shape[3])
      return layers(groups.reshaped(b, c, m * k)).reshaped(b, layers.outputs, m, k).max(axis: 3)
    }
    return (middles, Tensor.concatenated(seen, axis: 1))
  }
}

/// Features of few points carried over to many (PointNet++'s feature propagation).
final class FrustumPropagation: Module {
  let layers: FrustumPointLayers

  /// A layer without values.
  ///
  /// - Parameters:
  ///   - inputs: Channels of both features together.
  ///   - widths: Channels behind each layer.
  init(_ inputs: Int, widths: [Int]) { layers = FrustumPointLayers(inputs, widths) }

  /// Features at many points.
  ///
  /// - Parameters:
  ///   - features: Their own, `[B, C, N]`.
  ///   - positions: Their positions, `[B, N, 3]`.
  ///   - known: Features of few points, `[B, D, M]`.
  ///   - places: The positions of those, `[B, M, 3]`; for M = 1 they do not matter.
  /// - Returns: `[B, outputs, N]`.
  /// - Throws: ``PointClouds/PointCloudError`` when a position is not finite.
  func callAsFunction(
    _ features: Tensor, at positions: Tensor, from known: Tensor, at places: Tensor
  ) throws -> Tensor {
    let carried =
      known.shape[2] == 1
      ? known.expanded(to: [known.shape[0], known.shape[1], positions.shape[1]])
      : try InverseDistance.squaredClamped.interpolate(known, from: places, at: positions)
    return layers(Tensor.concatenated([features, carried], axis: 1))
  }
}

/// Layers that treat each point alike: linear maps with normalisation and ReLU.
final class FrustumPointLayers: Layer {
  let mlpConvs: [Conv1D]
  let mlpBns: [BatchNorm1D]

  init(_ inputs: Int, _ widths: [Int]) {
    mlpConvs = zip([inputs] + widths, widths).map { Conv1D($0, $1, kernel: 1) }
    mlpBns = widths.map { BatchNorm1D($0) }
  }

  /// Channels of the output.
  var outputs: Int { mlpConvs.last?.outputs ?? 0 }

  /// Computes the output.
  ///
  /// - Parameter x: `[B, C, N]`.
  /// - Returns: `[B, outputs, N]`.
  func forward(_ x: Tensor) -> Tensor {
    zip(mlpConvs, mlpBns).reduce(x) { $1.1($1.0($0)).relu() }
  }
}
