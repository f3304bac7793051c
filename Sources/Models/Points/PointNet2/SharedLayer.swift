import Networks
import PointClouds
import Tensors

/// A convolution of kernel 1 with batch normalisation and ReLU, on rows of features instead of channels of points.
struct SharedLayer<Axes: SpatialAxes> {
  let convolution: Convolution<Axes>
  let normalisation: BatchNorm<Axes>

  private var isTraining: Bool { normalisation.mode.isTraining }

  /// The convolution as a matrix, `[out, in]`.
  var matrix: Tensor {
    convolution.weight.value.reshaped(convolution.outputs, convolution.inputs)
  }

  /// The convolution's summand; in training the normalisation takes it away again, so that only running means need it.
  var summand: Tensor? { isTraining ? nil : convolution.bias?.value }

  /// The convolution of rows, `[R, in]` to `[R, out]`.
  func products(_ rows: Tensor) -> Tensor { rows.linear(matrix, bias: summand) }

  /// The normalisation of products, with ReLU.
  func normalised(_ products: Tensor, repeats: Tensor? = nil, rectifies: Bool = true) -> Tensor {
    rule(products, repeats, rectifies)(products, weight: weight, bias: bias)
  }

  /// The largest normalised product of each group, and its row.
  func maxima(_ products: Tensor, of groups: PointGroups, rectifies: Bool = true) -> (
    values: Tensor, rows: Tensor
  ) {
    rule(products, groups.repeats, rectifies)
      .maxima(products, starts: groups.starts, weight: weight, bias: bias)
  }

  private var weight: Tensor {
    normalisation.weight?.value ?? Tensor(repeating: Float(1), shape: [convolution.outputs])
  }

  private var bias: Tensor {
    normalisation.bias?.value ?? Tensor(repeating: Float(0), shape: [convolution.outputs])
  }

  private func rule(_ products: Tensor, _ repeats: Tensor?, _ rectifies: Bool) -> RowNormalisation {
    let statistics: RowStatistics
    if isTraining {
      statistics = RowStatistics(of: products, repeats: repeats)
      let mean = withoutGradients {
        convolution.bias.map { statistics.mean + $0.value.detached() } ?? statistics.mean
      }
      normalisation.moveStatistics(
        mean: mean, variance: statistics.variance, count: statistics.count)
    } else {
      statistics = RowStatistics(
        mean: normalisation.runningMean.value, variance: normalisation.runningVariance.value)
    }
    return RowNormalisation(
      statistics, isOwn: isTraining, repeats: repeats, epsilon: normalisation.epsilon,
      rectifies: rectifies)
  }
}

/// Layers one behind the other that all points share.
struct SharedLayers<Axes: SpatialAxes> {
  let layers: [SharedLayer<Axes>]

  init(_ convolutions: [Convolution<Axes>], _ normalisations: [BatchNorm<Axes>]) {
    layers = zip(convolutions, normalisations).map {
      SharedLayer(convolution: $0, normalisation: $1)
    }
  }

  /// All layers but the first convolution, whose products are given.
  func finished(_ first: Tensor) -> Tensor {
    var rows = layers[0].normalised(first)
    for layer in layers.dropFirst() { rows = layer.normalised(layer.products(rows)) }
    return rows
  }

  /// All layers but the first convolution, then the largest of each group, `[G, C]`.
  func pooled(_ first: Tensor, over groups: PointGroups) -> Tensor {
    var products = first
    for place in 1..<layers.count {
      let rows = layers[place - 1].normalised(products, repeats: groups.repeats)
      products = layers[place].products(rows)
    }
    return layers[layers.count - 1].maxima(products, of: groups).values
  }

  /// Parts for widths, without values.
  static func parts(_ inputs: Int, _ widths: [Int]) -> ([Convolution<Axes>], [BatchNorm<Axes>]) {
    precondition(!widths.isEmpty && inputs > 0, "\(inputs) channels through the layers \(widths)")
    let convolutions = zip([inputs] + widths, widths).map {
      Convolution<Axes>($0, $1, kernel: 1)
    }
    return (convolutions, widths.map { BatchNorm<Axes>($0) })
  }
}
