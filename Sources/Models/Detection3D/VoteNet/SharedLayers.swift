import Networks
import Tensors

extension VoteNet {
  /// A linear layer without bias, a normalisation and a rectification, the same for each point: rows `[R, C]`.
  final class PointLayer: Module {
    let conv: Conv2D
    let bn: Normalisation

    /// A normalisation under the name that the original's files have.
    final class Normalisation: Module {
      let bn: BatchNorm2D
      init(_ channels: Int) { bn = BatchNorm2D(channels) }
    }

    init(_ inputs: Int, _ outputs: Int) {
      conv = Conv2D(inputs, outputs, kernel: 1, bias: false, initializer: .heNormal())
      bn = Normalisation(outputs)
    }

    /// The weights as a matrix `[outputs, inputs]`.
    var matrix: Tensor { conv.weight.value.reshaped(Array(conv.weight.shape.prefix(2))) }

    func callAsFunction(rows x: Tensor) -> Tensor {
      if let folded = FoldedLinear(conv, bn.bn) { return folded(x).relu() }
      return normalised(x.linear(matrix)).relu()
    }

    /// What comes behind the linear layer, without the rectification.
    func normalised(_ x: Tensor) -> Tensor {
      let plane = x.reshaped([1, x.shape[0], 1, x.shape[1]]).permuted(0, 3, 1, 2)
      return bn.bn(plane).permuted(0, 2, 3, 1).reshaped(x.shape)
    }
  }

  /// Layers one behind the other under the names `layer0`, `layer1`, ...
  final class SharedLayers: Module {
    let layers: [PointLayer]

    init(_ widths: [Int]) {
      layers = zip(widths, widths.dropFirst()).map { PointLayer($0, $1) }
    }

    var members: [(name: String, part: ModulePart)] {
      layers.enumerated().map { ("layer\($0.offset)", .module($0.element)) }
    }

    func callAsFunction(rows x: Tensor) -> Tensor {
      layers.reduce(x) { $1(rows: $0) }
    }
  }

  /// A layer with its normalisation taken in: one matrix and one vector.
  struct FoldedLinear {
    let matrix: Tensor
    let bias: Tensor

    init(matrix: Tensor, bias: Tensor) {
      self.matrix = matrix
      self.bias = bias
    }

    /// Nil where the layers must stay apart: in training, while gradients are recorded or calls are watched.
    init?<Axes>(_ layer: Convolution<Axes>, _ norm: BatchNorm<Axes>) {
      guard !norm.mode.isTraining, !isRecordingGradients, !areModuleCallsWatched else { return nil }
      var scale = (norm.runningVariance.value + norm.epsilon).rsqrt()
      if let weight = norm.weight?.value { scale = scale * weight }
      var shift = -norm.runningMean.value
      if let bias = layer.bias?.value { shift = shift + bias }
      shift = shift * scale
      if let bias = norm.bias?.value { shift = shift + bias }
      let weight = layer.weight.value.reshaped(Array(layer.weight.shape.prefix(2)))
      matrix = weight * scale.unsqueezed(1)
      bias = shift
    }

    func callAsFunction(_ x: Tensor) -> Tensor { x.linear(matrix, bias: bias) }
  }

  /// A layer with bias over rows, its normalisation and a rectification.
  static func rectified(_ x: Tensor, _ layer: Conv1D, _ norm: BatchNorm1D) -> Tensor {
    if let folded = FoldedLinear(layer, norm) { return folded(x).relu() }
    return norm(linear(x, layer)).relu()
  }

  /// A layer over rows.
  static func linear(_ x: Tensor, _ layer: Conv1D) -> Tensor {
    x.linear(
      layer.weight.value.reshaped(Array(layer.weight.shape.prefix(2))), bias: layer.bias?.value)
  }
}
