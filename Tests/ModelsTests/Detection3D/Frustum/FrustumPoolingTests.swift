import Networks
import Tensors
import TestSupport
import Testing

@testable import Models

struct FrustumPoolingTests {
  /// A convolution and a normalisation with weights of both signs.
  private func layers() -> (Conv1D, BatchNorm1D) {
    let (conv, norm) = (Conv1D(5, 7, kernel: 1), BatchNorm1D(7))
    var generator = SeededGenerator(seed: 6)
    conv.initialize(using: &generator)
    for part in [norm.weight, norm.bias] {
      part?.value = .normal([7], using: &generator)
    }
    return (conv, norm)
  }

  private func apart(_ a: Tensor, _ b: Tensor) -> Float {
    a.shape == b.shape ? (a - b).abs().max().item(of: Float.self) : .infinity
  }

  @Test func `pooling first gives what pooling last gives, gradients and statistics included`() {
    var generator = SeededGenerator(seed: 7)
    let x = Tensor.normal([3, 5, 11], using: &generator).requiringGradient()
    let weights = Tensor.normal([3, 7], using: &generator)
    for isTraining in [true, false] {
      var values: [[Tensor]] = []
      for pools in [true, false] {
        let (conv, norm) = layers()
        if !isTraining {
          // Statistics of their own first.
          _ = norm(conv(x.detached()))
          norm.evaluate()
        }
        let y = pools ? pooledOverPoints(x, conv, norm) : norm(conv(x)).relu().max(axis: 2)
        let leaves = [x] + (conv.parameters + norm.parameters).map(\.value)
        values.append(
          [y] + gradients(of: (y * weights).sum(), withRespectTo: leaves)
            + [norm.runningMean.value, norm.runningVariance.value])
        #expect(norm.batchCount.value.item(of: Int64.self) == 1)
      }
      for (place, pair) in zip(values[0], values[1]).enumerated() {
        #expect(apart(pair.0, pair.1) < 2e-5, "training \(isTraining), value \(place)")
      }
    }
  }
}
