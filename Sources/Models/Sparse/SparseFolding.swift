import Networks
import PointClouds
import Tensors

/// A normalisation that is one factor and one shift for each channel in evaluation.
protocol FoldableNormalisation: Module {
  var normalisation: BatchNorm1D { get }
  /// Whether it ends with a rectification.
  var rectifies: Bool { get }
}

extension BatchNorm: FoldableNormalisation where Axes == Line {
  var normalisation: BatchNorm1D { self }
  var rectifies: Bool { false }
}

/// A sparse convolution that can take in what follows it.
protocol SparseConvolving: SparseLayer {
  var kernel: SparseKernel { get }
  /// Where the outputs are.
  func outputs(of x: SparseTensor) -> SparseOutputs
}

/// Whether a convolution and what follows it may be one operation: nobody wants gradients or the
/// layers' own results.
func canFuse(_ x: SparseTensor, _ normalisation: any FoldableNormalisation) -> Bool {
  !normalisation.normalisation.mode.isTraining && !isRecordingGradients && !areModuleCallsWatched
    && x.features.elementType == .float32
    && normalisation.normalisation.runningMean.elementType == .float32
}

/// A convolution, its normalisation, something added and a rectification in one operation.
func fused(
  _ x: SparseTensor, _ convolution: any SparseConvolving,
  _ normalisation: any FoldableNormalisation, residual: Tensor? = nil, isRectified: Bool
) -> SparseTensor {
  let norm = normalisation.normalisation
  var scale = (norm.runningVariance.value + norm.epsilon).rsqrt()
  if let weight = norm.weight?.value { scale = scale * weight }
  var shift = -norm.runningMean.value
  if let bias = convolution.kernel.bias?.value { shift = shift + bias.reshaped([-1]) }
  shift = shift * scale
  if let bias = norm.bias?.value { shift = shift + bias }
  var fusion = SparseFusion()
  (fusion.scale, fusion.bias) = (scale, shift)
  (fusion.residual, fusion.isRectified) = (residual, isRectified)
  return demanded(convolution) { () throws(PointCloudError) in
    try x.convolved(convolution.kernel.weights, fusion, to: convolution.outputs(of: x))
  }
}

/// A convolution, its normalisation, something added and a rectification.
func normalised(
  _ x: SparseTensor, _ convolution: any SparseConvolving,
  _ normalisation: any FoldableNormalisation & Layer, plus residual: SparseTensor? = nil,
  isRectified: Bool = true
) -> SparseTensor {
  if canFuse(x, normalisation) {
    return fused(
      x, convolution, normalisation, residual: residual?.features, isRectified: isRectified)
  }
  var y = normalisation(convolution(x))
  if let residual { y = y + residual }
  return isRectified ? y.with(y.features.relu()) : y
}

/// Ends the process because cells do not fit a layer, naming the layer.
func demanded(
  _ layer: any Module, _ body: () throws(PointCloudError) -> SparseTensor
) -> SparseTensor {
  do { return try body() } catch { stop("\(layer.title): \(error)") }
}
