import Networks
import Tensors

/// The largest values over all points behind a convolution, its normalisation and ReLU, without their values at each point.
///
/// Normalisation and ReLU keep the order of a channel's values (or turn it around, where the normalisation's weight is negative), so
/// only the point with the largest (smallest) value of the convolution matters. Mean and variance over all points follow from those of
/// the input: `W m` and the diagonal of `W C W^T`. Gradients are exact, and cost a fraction of those through all points.
///
/// - Parameters:
///   - x: `[B, C, N]`.
///   - conv: A convolution with kernel 1 and a bias.
///   - norm: The normalisation behind it, with PyTorch's default momentum.
/// - Returns: `[B, outputs]`.
func pooledOverPoints(_ x: Tensor, _ conv: Conv1D, _ norm: BatchNorm1D) -> Tensor {
  let weight = conv.weight.value.squeezed(2)  // [O, C]
  guard let scale = norm.weight?.value, let shift = norm.bias?.value else {
    return norm(conv(x)).relu().max(axis: 2)
  }
  let bias = conv.bias?.value ?? shift.detached().zerosLike()
  let places = withoutGradients { extremePlaces(x, weight: weight, scale: scale) }  // [B, O]
  let extreme = x.gatheringPoints(at: places)  // [B, C, O]
  let values = (extreme * weight.transposed(0, 1)).sum(axis: 1)  // [B, O], less the bias

  let (mean, variance): (Tensor, Tensor)
  if norm.mode.isTraining {
    let count = Double(x.shape[0] * x.shape[2])
    let inputMean = x.mean(axes: [0, 2])  // [C]
    let centred = x - inputMean.reshaped(1, -1, 1)
    let spread = centred.matmul(centred.transposed(1, 2)).sum(axis: 0) / count  // [C, C]
    mean = weight.matmul(inputMean)
    variance = (weight.matmul(spread) * weight).sum(axis: 1)
    withoutGradients {
      let rest = 0.9
      norm.runningMean.value = norm.runningMean.value * rest + (mean + bias) * (1 - rest)
      norm.runningVariance.value =
        norm.runningVariance.value * rest + variance * ((1 - rest) * count / max(count - 1, 1))
      norm.batchCount.value = norm.batchCount.value + 1
    }
  } else {
    mean = norm.runningMean.value - bias
    variance = norm.runningVariance.value
  }
  return ((values - mean) * (scale * (variance + norm.epsilon).rsqrt()) + shift).relu()
}

/// The point at which each channel's normalised value is largest, `[B, O]`, Int32.
///
/// One cloud at a time, so that its values stay in the processor's cache.
private func extremePlaces(_ x: Tensor, weight: Tensor, scale: Tensor) -> Tensor {
  let signs = Tensor.where(scale .< 0, scale.onesLike() * -1, scale.onesLike())
  let signed = weight * signs.unsqueezed(1)
  let places = x.detached().unstacked().map { signed.matmul($0).argMax(axis: 1) }
  return Tensor.stacked(places).converted(to: .int32)
}
