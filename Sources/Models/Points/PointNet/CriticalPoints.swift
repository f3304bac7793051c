public import Tensors

/// Which points alone decide what PointNet says of a cloud.
///
/// - Note: Source: Qi et al., "PointNet", CVPR 2017, section 5.3 and theorem 2: any set between the critical points and the upper
///   bound has the same global feature, as long as the T-Nets turn it the same way.
public struct CriticalPoints: Sendable, Equatable {
  /// Numbers of the critical points, ascending.
  public var points: [Int]
  /// How many channels of the global feature each of them decides.
  public var channels: [Int]

  /// The critical points of a cloud: those from which the largest value of a channel comes.
  ///
  /// - Parameters:
  ///   - cloud: Points of one cloud, positions, then other channels, `[N, C]`.
  ///   - encoder: An encoder in evaluation mode.
  public init(of cloud: Tensor, for encoder: PointNetEncoder) {
    let found = withoutGradients { encoder(cloud.unsqueezed(0)) }
    var counts = [Int](repeating: 0, count: cloud.shape[0])
    for source in found.sources.array(of: Int32.self) { counts[Int(source)] += 1 }
    points = counts.indices.filter { counts[$0] > 0 }
    channels = points.map { counts[$0] }
  }
}

extension PointNetEncoder {
  /// Which of further points could be added to a cloud without a change of its global feature: the upper bound, sampled.
  ///
  /// - Parameters:
  ///   - candidates: Possible points, `[M, C]`.
  ///   - cloud: Points of one cloud, `[N, C]`; its T-Nets' matrices turn the candidates.
  /// - Returns: Numbers of the candidates whose values lie nowhere above the global feature, ascending.
  public func upperBound(among candidates: Tensor, of cloud: Tensor) -> [Int] {
    withoutGradients {
      let found = self(cloud.unsqueezed(0))
      let values = values(of: candidates, turnedAs: found)
      let excess = (values - found.global).max(axes: [1]).array(of: Float.self)
      return excess.indices.filter { excess[$0] <= 0 }
    }
  }

  /// The 1024 values of each point, `[M, 1024]`, with the T-Nets' matrices of another cloud.
  private func values(of points: Tensor, turnedAs found: Findings) -> Tensor {
    let layers = SharedLayers([conv1, conv2, conv3], [bn1, bn2, bn3]).layers
    let channels = points.shape[1]
    var rows = points.narrowed(axis: 1, to: 0..<3).matmul(found.inputTransform.squeezed(0))
    if channels > 3 {
      rows = .concatenated([rows, points.narrowed(axis: 1, to: 3..<channels)], axis: 1)
    }
    rows = layers[0].normalised(layers[0].products(rows))
    if let turn = found.featureTransform { rows = rows.matmul(turn.squeezed(0)) }
    rows = layers[1].normalised(layers[1].products(rows))
    return layers[2].normalised(layers[2].products(rows), rectifies: false)
  }
}
