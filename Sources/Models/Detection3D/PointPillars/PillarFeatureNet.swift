import Networks
import Tensors

/// PointPillars' network for points: a linear layer, and the largest of each pillar's points; names as in OpenPCDet.
///
/// - Note: Source: Lang et al., "PointPillars: fast encoders for object detection from point clouds",
///   CVPR 2019, section 2.1. Differs: normalisation in training compares points alone; as published it
///   compares the zeros behind a pillar's last point too.
final class PillarFeatureNet: Module {
  let pfnLayers: [PillarLayer]
  private let padding: Int?

  /// A network without values.
  ///
  /// - Parameters:
  ///   - inputs: Numbers of a point.
  ///   - outputs: Channels of a pillar.
  ///   - padding: Rows of a pillar in memory, of which those without a point take part in the maximum
  ///     as zeros do: as published; nil where points alone do.
  ///   - momentum: Weight of a batch in the running statistics.
  init(inputs: Int, outputs: Int, padding: Int?, momentum: Double = 0.01) {
    pfnLayers = [PillarLayer(inputs, outputs, momentum: momentum)]
    self.padding = padding
  }

  /// Features of pillars.
  ///
  /// - Parameters:
  ///   - points: Numbers of all points, one pillar after the other; `[N, C]`.
  ///   - counts: Points of each pillar, at least 1; `[V]`, Int32.
  /// - Returns: `[V, outputs]`.
  func callAsFunction(_ points: Tensor, counts: Tensor) -> Tensor {
    watched([points]) {
      let layer = pfnLayers[0]
      let best = rowGroupMaximum(layer(points), counts: counts)
      guard let padding else { return [best] }
      let isShort = (counts .< Int32(padding)).converted(to: .float32).unsqueezed(1)
      return [best.maximum(layer.ofZero() * isShort)]
    }[0]
  }
}

/// A linear layer with normalisation and rectification.
final class PillarLayer: Layer {
  let linear: Linear
  let norm: BatchNorm1D

  init(_ inputs: Int, _ outputs: Int, momentum: Double) {
    linear = Linear(inputs, outputs, bias: false)
    norm = BatchNorm1D(outputs, epsilon: 1e-3, momentum: momentum)
  }

  func forward(_ x: Tensor) -> Tensor { norm(linear(x)).relu() }

  /// What becomes of a row of zeros with the running statistics.
  func ofZero() -> Tensor {
    Tensor.zeros([1, linear.weight.shape[0]]).batchNorm(
      mean: norm.runningMean.value, variance: norm.runningVariance.value,
      weight: norm.weight?.value, bias: norm.bias?.value, epsilon: norm.epsilon
    ).relu()
  }
}
