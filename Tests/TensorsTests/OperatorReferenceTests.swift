import Foundation
import TestSupport
import Testing

@testable import Tensors

/// Results of single operators beside those of PyTorch 2.13 in float64
/// (Tests/Fixtures/tensors/operators.py).
@Suite("Operators beside PyTorch")
struct OperatorReferenceTests {
  typealias Function = @Sendable ([Tensor]) throws -> [Tensor]

  private static let labels = Tensor([Int64(2), 0, 3])
  private static let index = Tensor([Int64(0), 2, 1, 1, 1, 1, 0, 0], shape: [2, 4])
  private static let row = Tensor([Int64(2), 0, 2])

  static let elementwise: [String: Function] = [
    "elu": { [$0[0].elu()] }, "selu": { [$0[0].selu()] }, "celu": { [$0[0].celu()] },
    "gelu": { [$0[0].gelu()] }, "gelu_tanh": { [$0[0].gelu(.tanh)] }, "silu": { [$0[0].silu()] },
    "mish": { [$0[0].mish()] }, "softplus": { [$0[0].softplus()] },
    "softsign": { [$0[0].softsign()] }, "hardsigmoid": { [$0[0].hardSigmoid()] },
    "hardswish": { [$0[0].hardSwish()] }, "logsigmoid": { [$0[0].logSigmoid()] },
    "leaky_relu": { [$0[0].leakyReLU()] }, "glu": { [$0[0].glu(axis: 1)] },
    "prelu": { [$0[0].prelu($0[1])] }, "erf": { [$0[0].erf()] }, "erfc": { [$0[0].erfc()] },
    "exp2": { [$0[0].exp2()] }, "log2": { [$0[0].log2()] }, "log10": { [$0[0].log10()] },
    "lgamma": { [$0[0].logGamma()] }, "digamma": { [$0[0].digamma()] },
    "asinh": { [$0[0].asinh()] }, "sinh": { [$0[0].sinh()] }, "frac": { [$0[0].fraction()] },
    "trunc": { [$0[0].trunc()] }, "erfinv": { [$0[0].erfinv()] },
    "remainder": { [$0[0].remainder($0[1])] }, "floor_divide": { [$0[0].floorDivided(by: 1.5)] },
    "nan_to_num": { [$0[0].nanReplaced(7, positive: 8, negative: -9)] },
    "logaddexp": { [$0[0].logAddExp($0[1])] }, "hypot": { [$0[0].hypot($0[1])] },
    "lerp": { [$0[0].interpolated(towards: $0[1], weight: 0.3)] },
    "softmax_temperature": { [$0[0].softmax(axis: 0, temperature: 0.5)] },
    "softmin": { [$0[0].softmin()] }, "logsumexp": { [$0[0].logSumExp(axis: 1)] },
    "rms_norm": { [$0[0].rmsNorm(axes: 2, weight: $0[1])] },
    "normalize": { [$0[0].normalized(axis: 2, order: 1)] },
  ]

  static let layers: [String: Function] = [
    "conv1d": {
      [$0[0].convolution($0[1], bias: $0[2], stride: 2, padding: 1, dilation: 2, groups: 2)]
    },
    "conv_transpose1d": {
      [
        $0[0].transposedConvolution(
          $0[1], bias: $0[2], stride: 3, padding: 1, outputPadding: 2, groups: 2)
      ]
    },
    "max_pool1d": { both($0[0].maxPoolWithIndices(axes: 1, 3, stride: 2, padding: 1, ceil: true)) },
    "max_pool2d": {
      both(
        $0[0].maxPoolWithIndices(
          axes: 2, [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2]))
    },
    "max_pool3d": { both($0[0].maxPoolWithIndices(axes: 3, 2, ceil: true)) },
    "avg_pool1d": { [$0[0].averagePool(axes: 1, 3, stride: 2, padding: 1)] },
    "avg_pool2d": {
      [
        $0[0].averagePool(
          axes: 2, [3, 2], stride: [2, 1], padding: [1, 0], ceil: true, countingPadding: false)
      ]
    },
    "avg_pool3d": { [$0[0].averagePool(axes: 3, 2, stride: 1)] },
    "adaptive_avg_pool1d": { [$0[0].adaptiveAveragePool(axes: 1, 4)] },
    "adaptive_avg_pool2d": { [$0[0].adaptiveAveragePool(axes: 2, [3, 5])] },
    "adaptive_avg_pool3d": { [$0[0].adaptiveAveragePool(axes: 3, [2, 3, 5])] },
    "adaptive_max_pool1d": { both($0[0].adaptiveMaxPool(axes: 1, 4)) },
    "adaptive_max_pool2d": { both($0[0].adaptiveMaxPool(axes: 2, [3, 5])) },
    "adaptive_max_pool3d": { both($0[0].adaptiveMaxPool(axes: 3, [2, 3, 5])) },
    "max_unpool1d": { unpooled($0[0], 1) }, "max_unpool2d": { unpooled($0[0], 2) },
    "max_unpool3d": { unpooled($0[0], 3) },
    "interpolate_factor": { [$0[0].interpolated(by: 1.7, mode: .linear)] },
    "interpolate_nearest_factor": { [$0[0].interpolated(by: 1.7)] },
    "interpolate_trilinear": {
      [$0[0].interpolated(to: [4, 5, 3], mode: .linear, alignCorners: true)]
    },
    "affine_grid": { [$0[0].affineGrid([2, 1, 3, 4])] },
    "pad_constant": { [$0[0].padded([2, 1, 3, 0])] },
    "pad_reflect": { [$0[0].padded([2, 1, 3, 0], mode: .reflect)] },
    "pad_replicate": { [$0[0].padded([2, 1, 3, 0], mode: .replicate)] },
    "pad_circular": { [$0[0].padded([2, 1, 3, 0], mode: .circular)] },
    "pad_negative": { [$0[0].padded([-1, 2, 1, -2], value: 0.5)] },
    "pixel_shuffle": { [$0[0].pixelShuffled(2)] },
    "pixel_unshuffle": { [$0[0].pixelUnshuffled(2)] },
    "embedding": {
      [Tensor([Int32(1), 4, 0, 1], shape: [2, 2]).embedding($0[0])]
    },
    "attention": { [$0[0].scaledDotProductAttention(key: $0[1], value: $0[2])] },
    "attention_causal": {
      [$0[0].scaledDotProductAttention(key: $0[1], value: $0[2], isCausal: true, scale: 0.3)]
    },
    "attention_mask": {
      [$0[0].scaledDotProductAttention(key: $0[1], value: $0[2], mask: $0[3])]
    },
    "rnn_relu": {
      let found = $0[0].rnn(
        [
          RecurrentWeights(input: $0[1], hidden: $0[2]),
          RecurrentWeights(input: $0[3], hidden: $0[4]),
        ], nonlinearity: .relu)
      return [found.output, found.state]
    },
    "lstm": { tensors in
      let weights = (0..<3).map { layer in
        let first = 1 + 4 * layer
        return RecurrentWeights(
          input: tensors[first], hidden: tensors[first + 1], inputBias: tensors[first + 2],
          hiddenBias: tensors[first + 3])
      }
      let found = tensors[0].lstm(weights)
      return [found.output, found.state, found.cell]
    },
  ]

  static let losses: [String: Function] = [
    "cross_entropy": { x in
      [Reduction.none, .mean, .sum].map {
        x[0].crossEntropy(
          labels, weight: x[1], ignoring: 0, labelSmoothing: 0.2, reduction: $0)
      }
    },
    "cross_entropy_probabilities": { x in
      [Reduction.none, .mean, .sum].map {
        x[0].crossEntropy(x[1], weight: x[2], labelSmoothing: 0.1, reduction: $0)
      }
    },
    "nll": { [$0[0].logSoftmax().nllLoss(labels, weight: $0[1])] },
    "multi_margin": { x in
      [1, 2].map { x[0].multiMarginLoss(labels, power: $0, margin: 0.7, weight: x[1]) }
    },
    "binary_cross_entropy": { [$0[0].binaryCrossEntropy($0[1], weight: $0[2])] },
    "binary_cross_entropy_logits": {
      [$0[0].binaryCrossEntropyWithLogits($0[1], positiveWeight: $0[2])]
    },
    "kl_div": { x in Reduction.allCases.map { x[0].klDivergence(x[1], reduction: $0) } },
    "kl_div_log": { [$0[0].klDivergence($0[1], logTarget: true)] },
    "smooth_l1": { [$0[0].smoothL1Loss($0[1], beta: 0.5)] },
    "huber": { [$0[0].huberLoss($0[1], delta: 0.5)] },
    "ctc": {
      [
        $0[0].logSoftmax().ctcLoss(
          Tensor([Int64(1), 2, 2, 3, 1, 0], shape: [2, 3]), inputLengths: [7, 5],
          targetLengths: [3, 2])
      ]
    },
  ]

  static let algebra: [String: Function] = [
    "einsum": { [Tensor.einsum("bij, bjk, k -> ib", $0)] },
    "einsum_dots": { [Tensor.einsum("...j,jk", $0)] },
    "tensordot": { [$0[0].tensorDot($0[1], axes: [2, 0], [0, 1])] },
    "kron": { [$0[0].kronecker($0[1])] }, "cross": { [$0[0].cross($0[1])] },
    "cdist": { [$0[0].distances(to: $0[1])] },
    "cosine_similarity": { [$0[0].cosineSimilarity($0[1])] },
    "svdvals": { [try $0[0].singularValues()] },
    "eigh": { [try $0[0].symmetricEigen().values] }, "inverse": { [try $0[0].inverse()] },
    "solve": { [try $0[0].solve($0[1])] },
    "solve_triangular": { [$0[0].solveTriangular($0[1], upper: true)] },
    "cholesky": { [try $0[0].cholesky()] }, "lstsq": { [try $0[0].leastSquares($0[1])] },
    "pinv": { [try $0[0].pseudoInverse()] }, "det": { [$0[0].determinant()] },
    "slogdet": {
      let found = $0[0].logDeterminant()
      return [found.sign, found.logarithm]
    },
    "matrix_norms": {
      [try $0[0].matrixNorm(), try $0[0].matrixNorm(.spectral), try $0[0].matrixNorm(.nuclear)]
    },
    "matrix_rank": { [try $0[0].matrixRank()] }, "fft": { [$0[0].fft(axis: 0, count: 5)] },
    "ifft": { [$0[0].inverseFFT()] },
    "rfft": { [$0[0].realFFT(normalization: .orthonormal)] },
    "irfft": { [$0[0].inverseRealFFT(count: 7, normalization: .forward)] },
    "complex_product": { [$0[0].complexProduct($0[1])] },
    "complex_parts": { [$0[0].complexMagnitude(), $0[0].complexPhase()] },
  ]

  static let places: [String: Function] = [
    "cumprod": { [$0[0].cumulativeProduct(axis: 1)] },
    "cummax": { both($0[0].cumulativeMax(axis: 0)) },
    "cummin": { both($0[0].cumulativeMin(axis: 1)) },
    "logcumsumexp": { [$0[0].logCumulativeSumExp(axis: 1)] },
    "prod": { [$0[0].product(), $0[0].product(axis: 1)] },
    "median": { both($0[0].median(axis: 1)) }, "quantile": { [$0[0].quantile(0.35, axis: 1)] },
    "unique": {
      let found = $0[0].unique()
      return [found.values, found.inverse, found.counts]
    },
    "unique_axis": {
      let found = $0[0].unique(axis: 1)
      return [found.values, found.inverse, found.counts]
    },
    "sort": { both($0[0].sorted(axis: 1, descending: true)) },
    "searchsorted": { [$0[0].searchSorted($0[1]), $0[0].searchSorted($0[1], right: true)] },
    "bincount": {
      let numbers = Tensor([Int64(1), 4, 1, 0])
      return [numbers.binCount(atLeast: 7), numbers.binCount(weights: $0[0])]
    },
    "histc": { [$0[0].histogram(bins: 3, in: 0.5...3)] },
    "gather": { [$0[0].gathered(axis: 0, at: index)] },
    "scatter": { x in
      [
        x[0].scattered(axis: 0, at: index, x[1]), x[0].scatterAdded(axis: 0, at: index, x[1]),
        x[0].scattered(axis: 0, at: index, 7.5),
      ]
        + [Tensor.ScatterReduction.sum, .product, .mean, .min, .max].flatMap { reduction in
          [false, true].map {
            x[0].scattered(axis: 0, at: index, x[1], joinedBy: reduction, includingSelf: $0)
          }
        }
    },
    "index_add": { [$0[0].indexAdded(axis: 0, at: row, $0[1])] },
    "index_fill": { [$0[0].indexFilled(axis: 1, at: row, 9)] },
    "index": {
      [
        $0[0][at: row, Tensor([Int64(1), 3], shape: [2, 1])], $0[0][at: nil, row],
        $0[0][mask: $0[0][0..., 0..., 0] .> 0],
      ]
    },
    "index_put": {
      let positive = $0[0] .> 0
      return [
        $0[0].adding($0[1], at: [row, Tensor([Int64(1), 0, 1])]), $0[0].masked(positive, with: 3),
        $0[0].masked(.!positive, with: $0[1].unsqueezed(1)),
      ]
    },
    "roll": { [$0[0].rolled(by: [1, -2], axes: [0, 1])] },
    "repeat_interleave": { [$0[0].repeatedElements(2, axis: 1)] },
    "triangles": {
      [
        $0[0].lowerTriangle(diagonal: 1), $0[0].upperTriangle(diagonal: -1),
        $0[0].diagonal(offset: 1), $0[0][0..., 0].diagonalMatrix(offset: -1),
      ]
    },
    "meshgrid": { Tensor.meshgrid($0) }, "unfold": { [$0[0].windows(axis: 1, length: 3, step: 2)] },
  ]

  @Sendable private static func both(_ found: (values: Tensor, indices: Tensor)) -> [Tensor] {
    [found.values, found.indices]
  }

  @Sendable private static func unpooled(_ x: Tensor, _ axes: Int) -> [Tensor] {
    let pooled = x.maxPoolWithIndices(axes: axes, 2)
    return [pooled.values.maxUnpooled(pooled.indices, to: x.shape.suffix(axes))]
  }

  @Test func `every stored result is reached`() throws {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("Fixtures/tensors/operators.safetensors")
      .path
    let file = try SafetensorsFile(path: path)
    let functions = [Self.elementwise, Self.layers, Self.losses, Self.algebra, Self.places]
      .reduce(into: [String: Function]()) { $0.merge($1) { first, _ in first } }
    let cases = Set(file.names.map { String($0.prefix { $0 != "." }) })
    #expect(Set(functions.keys) == cases)
    for (name, function) in functions.sorted(by: { $0.key < $1.key }) {
      func stored(_ kind: String) throws -> [Tensor] {
        try (0..<20).filter { file.names.contains("\(name).\(kind)\($0)") }
          .map { try file.tensor("\(name).\(kind)\($0)") }
      }
      let (found, expected) = (try function(try stored("in")), try stored("out"))
      try #require(found.map(\.shape) == expected.map(\.shape), "\(name)")
      for (i, (found, expected)) in zip(found, expected).enumerated() {
        // Two versions of one library in float64: rounding of some tens of operations.
        #expect(
          found.converted(to: .float64).isClose(
            to: expected.converted(to: .float64), relative: 1e-9, absolute: 1e-11, equalNaN: true),
          "\(name), result \(i): \(found) instead of \(expected)")
      }
    }
  }
}
