import Testing

@testable import Tensors

@Suite("Gradients of layers")
struct LayerGradientTests {
  static let convolutions: [GradientCase] = [
    GradientCase("convolution1d", [normal([2, 2, 5]), normal([3, 2, 3]), normal([3])]) {
      $0[0].convolution($0[1], bias: $0[2], stride: 2, padding: 1)
    },
    GradientCase("convolution1d unbatched", [normal([2, 4]), normal([2, 1, 2])]) {
      $0[0].convolution($0[1], dilation: 2, groups: 2)
    },
    GradientCase("convolution2d", [normal([1, 2, 4, 3]), normal([2, 2, 3, 2]), normal([2])]) {
      $0[0].convolution($0[1], bias: $0[2], stride: [2, 1], padding: [1, 0])
    },
    GradientCase("convolution2d in groups", [normal([2, 4, 3, 3]), normal([4, 1, 2, 2])]) {
      $0[0].convolution($0[1], padding: 1, dilation: 2, groups: 4)
    },
    GradientCase("convolution2d 1x1", [normal([1, 2, 2, 2]), normal([1, 2, 1, 1])]) {
      $0[0].convolution($0[1])
    },
    GradientCase(
      "convolution3d", [normal([1, 2, 3, 3, 2]), normal([2, 2, 2, 2, 1]), normal([2])]
    ) {
      $0[0].convolution($0[1], bias: $0[2], stride: [2, 1, 1], padding: [1, 0, 0])
    },
    GradientCase("transposedConvolution1d", [normal([1, 2, 3]), normal([2, 2, 3]), normal([2])]) {
      $0[0].transposedConvolution($0[1], bias: $0[2], stride: 2, padding: 1, outputPadding: 1)
    },
    GradientCase(
      "transposedConvolution2d", [normal([1, 2, 2, 3]), normal([2, 1, 2, 2]), normal([2])]
    ) {
      $0[0].transposedConvolution($0[1], bias: $0[2], stride: [2, 1], groups: 2, dilation: 1)
    },
    GradientCase("transposedConvolution3d", [normal([1, 1, 2, 2, 2]), normal([1, 2, 2, 1, 2])]) {
      $0[0].transposedConvolution($0[1], stride: 2)
    },
    GradientCase("linear", [normal([2, 2, 3]), normal([4, 3]), normal([4])]) {
      $0[0].linear($0[1], bias: $0[2])
    },
    GradientCase("linear of nothing", [normal([0, 3]), normal([4, 3])]) { $0[0].linear($0[1]) },
    GradientCase("embedding", [normal([4, 3])]) {
      Tensor([Int64(1), 3, 1, 0], shape: [2, 2]).embedding($0[0]).square()
    },
  ]

  static let poolings: [GradientCase] = {
    let (one, two, three) = (apart([1, 2, 6]), apart([1, 2, 4, 5]), apart([1, 1, 3, 4, 4]))
    return [
      GradientCase("maxPool1d", [one]) {
        $0[0].maxPool(axes: 1, 3, stride: 2, padding: 1).square()
      },
      GradientCase("maxPool2d", [two]) {
        $0[0].maxPool(axes: 2, [2, 3], stride: 1, ceil: true).square()
      },
      GradientCase("maxPool2d dilated", [two]) {
        $0[0].maxPool(axes: 2, 2, stride: 1, dilation: 2).square()
      },
      GradientCase("maxPool3d", [three]) { $0[0].maxPool(axes: 3, 2, stride: [1, 2, 2]).square() },
      GradientCase("averagePool1d", [one]) { $0[0].averagePool(axes: 1, 3, padding: 1).square() },
      GradientCase("averagePool2d", [two]) {
        $0[0].averagePool(axes: 2, 2, stride: 1, padding: 1, countingPadding: false).square()
      },
      GradientCase("averagePool3d", [three]) { $0[0].averagePool(axes: 3, 2).square() },
      GradientCase("adaptiveAveragePool1d", [one]) {
        $0[0].adaptiveAveragePool(axes: 1, 4).square()
      },
      GradientCase("adaptiveAveragePool2d", [two]) {
        $0[0].adaptiveAveragePool(axes: 2, [1, 3]).square()
      },
      GradientCase("adaptiveAveragePool2d to 1", [two]) {
        $0[0].adaptiveAveragePool(axes: 2, 1).square()
      },
      GradientCase("adaptiveAveragePool3d", [three]) {
        $0[0].adaptiveAveragePool(axes: 3, 2).square()
      },
      GradientCase("adaptiveMaxPool1d", [one]) {
        $0[0].adaptiveMaxPool(axes: 1, 4).values.square()
      },
      GradientCase("adaptiveMaxPool2d", [two]) {
        $0[0].adaptiveMaxPool(axes: 2, [2, 3]).values.square()
      },
      GradientCase("adaptiveMaxPool3d", [three]) {
        $0[0].adaptiveMaxPool(axes: 3, 2).values.square()
      },
      GradientCase("maxUnpooled 1d", [one]) {
        let pooled = $0[0].maxPoolWithIndices(axes: 1, 2)
        return pooled.values.square().maxUnpooled(pooled.indices, to: [6])
      },
      GradientCase("maxUnpooled 2d", [two]) {
        let pooled = $0[0].maxPoolWithIndices(axes: 2, 2)
        return pooled.values.square().maxUnpooled(pooled.indices, to: [4, 5])
      },
      GradientCase("maxUnpooled 3d", [three]) {
        let pooled = $0[0].maxPoolWithIndices(axes: 3, 2)
        return pooled.values.square().maxUnpooled(pooled.indices, to: [3, 4, 4])
      },
    ]
  }()

  static let resamplings: [GradientCase] = {
    let (one, two, three) = (normal([1, 2, 4]), normal([1, 2, 3, 4]), normal([1, 1, 2, 3, 2]))
    let grid = uniform([1, 2, 2, 2], -1.2..<1.2)
    let grid3 = uniform([1, 1, 2, 2, 3], -1.2..<1.2)
    var cases = [
      GradientCase("nearest 1d", [one]) { $0[0].interpolated(to: [7]).square() },
      GradientCase("nearest 2d", [two]) { $0[0].interpolated(by: 1.6).square() },
      GradientCase("nearest 3d", [three]) { $0[0].interpolated(to: [3, 2, 4]).square() },
      GradientCase("linear 1d", [one]) { $0[0].interpolated(to: [7], mode: .linear).square() },
      GradientCase("linear 2d", [two]) { $0[0].interpolated(by: 1.6, mode: .linear).square() },
      GradientCase("linear 2d corners", [two]) {
        $0[0].interpolated(to: [5, 3], mode: .linear, alignCorners: true).square()
      },
      GradientCase("linear 3d", [three]) {
        $0[0].interpolated(to: [3, 2, 4], mode: .linear).square()
      },
      GradientCase("bicubic", [two]) { $0[0].interpolated(to: [5, 3], mode: .bicubic).square() },
      GradientCase("affineGrid", [normal([2, 2, 3])]) {
        $0[0].affineGrid([2, 1, 3, 2], alignCorners: true).square()
      },
      GradientCase("affineGrid 3d", [normal([1, 3, 4])]) {
        $0[0].affineGrid([1, 1, 2, 3, 2]).square()
      },
      GradientCase("constant padding", [two]) {
        $0[0].padded([1, 0, -1, 2], value: 0.5).square()
      },
      GradientCase("circular padding", [two]) {
        $0[0].padded([1, 2, 3, 0], mode: .circular).square()
      },
    ]
    for mode in [Padding.reflect, .replicate] {
      cases += [
        GradientCase("\(mode) padding 1d", [one]) { $0[0].padded([1, 2], mode: mode).square() },
        GradientCase("\(mode) padding 2d", [two]) {
          $0[0].padded([1, 2, 0, 2], mode: mode).square()
        },
        GradientCase("\(mode) padding 3d", [three]) {
          $0[0].padded([1, 0, 1, 1, 1, 1], mode: mode).square()
        },
      ]
    }
    // libtorch has no second derivatives of grid sampling.
    for padding in GridPadding.allCases {
      for corners in [false, true] {
        cases += [
          GradientCase("gridSampled \(padding) \(corners)", [two, grid], order: 1) {
            $0[0].gridSampled($0[1], padding: padding, alignCorners: corners)
          },
          GradientCase("gridSampled bicubic \(padding) \(corners)", [two, grid], order: 1) {
            $0[0].gridSampled($0[1], mode: .bicubic, padding: padding, alignCorners: corners)
          },
          GradientCase("gridSampled 3d \(padding) \(corners)", [three, grid3], order: 1) {
            $0[0].gridSampled($0[1], padding: padding, alignCorners: corners)
          },
        ]
      }
    }
    cases.append(
      GradientCase("gridSampled nearest", [two], order: 1) {
        $0[0].gridSampled(grid, mode: .nearest)
      })
    return cases
  }()

  static let normalisations: [GradientCase] = {
    let x = normal([3, 4, 2])
    let (w, b) = (normal([4]), normal([4], seed: 2))
    return [
      GradientCase("batchNorm", [x, w, b]) { $0[0].batchNorm(weight: $0[1], bias: $0[2]) },
      GradientCase("batchNorm given", [x, w, b, uniform([4], 0.5..<2)]) {
        $0[0].batchNorm(
          mean: Tensor.zeros([4], .float64), variance: Tensor.ones([4], .float64), weight: $0[1],
          bias: $0[2])
      },
      GradientCase("batchNorm updating", [x, w, b]) {
        var (mean, variance) = (Tensor.zeros([4], .float64), Tensor.ones([4], .float64))
        return $0[0].batchNorm(updating: &mean, &variance, weight: $0[1], bias: $0[2])
      },
      GradientCase("layerNorm", [x, normal([2]), normal([2], seed: 2)]) {
        $0[0].layerNorm(weight: $0[1], bias: $0[2], epsilon: 0.1)
      },
      GradientCase("layerNorm of two axes", [x, normal([4, 2])]) {
        $0[0].layerNorm(axes: 2, weight: $0[1])
      },
      GradientCase("rmsNorm", [x, normal([4, 2])]) { $0[0].rmsNorm(axes: 2, weight: $0[1]) },
      GradientCase("groupNorm", [x, w, b]) {
        $0[0].groupNorm(groups: 2, weight: $0[1], bias: $0[2])
      },
      GradientCase("instanceNorm", [normal([2, 4, 3]), w, b]) {
        $0[0].instanceNorm(weight: $0[1], bias: $0[2])
      },
    ]
  }()

  static let sequences: [GradientCase] = {
    @Sendable func weights(_ t: ArraySlice<Tensor>) -> RecurrentWeights {
      let i = t.startIndex
      return RecurrentWeights(
        input: t[i], hidden: t[i + 1], inputBias: t[i + 2], hiddenBias: t[i + 3])
    }
    func parameters(_ gates: Int, _ input: Int) -> [Tensor] {
      let rows = gates * 2
      return [normal([rows, input]), normal([rows, 2]), normal([rows]), normal([rows], seed: 4)]
    }
    let x = normal([3, 2, 2])
    return [
      GradientCase("rnn", [x, normal([1, 2, 2])] + parameters(1, 2)) {
        $0[0].rnn([weights($0[2...])], state: $0[1]).output
      },
      GradientCase("rnn relu", [x] + parameters(1, 2)) {
        $0[0].rnn([weights($0[1...])], nonlinearity: .relu).state.square()
      },
      GradientCase("gru", [x, normal([1, 2, 2])] + parameters(3, 2)) {
        $0[0].gru([weights($0[2...])], state: $0[1]).output
      },
      GradientCase("lstm", [x, normal([1, 2, 2]), normal([1, 2, 2], seed: 3)] + parameters(4, 2)) {
        let found = $0[0].lstm([weights($0[3...])], state: $0[1], cell: $0[2])
        return found.output + found.cell
      },
      GradientCase("lstm both ways", [x] + parameters(4, 2) + parameters(4, 2), order: 1) {
        $0[0].lstm(
          [weights($0[1...]), weights($0[5...])],
          options: RecurrentOptions(isBidirectional: true, isBatchFirst: true)
        ).output
      },
      GradientCase("attention", [normal([2, 2, 3]), normal([2, 3, 3]), normal([2, 3, 2])]) {
        $0[0].scaledDotProductAttention(key: $0[1], value: $0[2])
      },
      GradientCase(
        "causal attention", [normal([3, 2]), normal([3, 2], seed: 2), normal([3, 2])]
      ) {
        $0[0].scaledDotProductAttention(key: $0[1], value: $0[2], isCausal: true, scale: 0.7)
      },
      GradientCase(
        "masked attention", [normal([2, 2]), normal([3, 2]), normal([3, 2]), normal([2, 3])]
      ) {
        $0[0].scaledDotProductAttention(key: $0[1], value: $0[2], mask: $0[3])
      },
      GradientCase("dropout", [normal([3, 4])]) {
        guard let generator = try? TorchGenerator(seed: 4) else { return $0[0] }
        return $0[0].square().dropout(0.4, using: generator)
      },
    ]
  }()

  @Test(arguments: convolutions)
  func `derivatives of convolutions and products`(_ case: GradientCase) {
    #expect(`case`.errors == [])
  }
  @Test(arguments: poolings)
  func `derivatives of pooling`(_ case: GradientCase) { #expect(`case`.errors == []) }
  @Test(arguments: resamplings)
  func `derivatives of resampling and padding`(_ case: GradientCase) {
    #expect(`case`.errors == [])
  }
  @Test(arguments: normalisations)
  func `derivatives of normalisation`(_ case: GradientCase) {
    #expect(`case`.errors == [])
  }
  @Test(arguments: sequences)
  func `derivatives of recurrence, attention and dropout`(_ case: GradientCase) {
    #expect(`case`.errors == [])
  }
}
