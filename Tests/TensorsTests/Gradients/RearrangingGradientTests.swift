import Testing

@testable import Tensors

@Suite("Gradients of reductions, views and indexing")
struct RearrangingGradientTests {
  static let reductions: [GradientCase] = {
    let x = apart([2, 3, 2])
    let plain: [(String, @Sendable (Tensor) -> Tensor)] = [
      ("sum", { $0.sum(axis: 1) }), ("mean", { $0.mean(axes: [0, 2]) }),
      ("variance", { $0.variance(axis: 1) }),
      ("variance uncorrected", { $0.variance(correction: 0) }),
      ("standardDeviation", { $0.standardDeviation(axis: 1) }), ("min", { $0.min(axis: 0) }),
      ("max", { $0.max() }), ("norm", { $0.norm(axis: 1) }), ("norm 1", { $0.norm(order: 1) }),
      ("norm 3", { $0.norm(axis: 2, order: 3) }),
      ("norm inf", { $0.norm(axis: 1, order: .infinity) }),
      ("cumulativeSum", { $0.cumulativeSum(axis: 1) }),
      ("cumulativeProduct", { $0.cumulativeProduct(axis: 1) }),
      ("cumulativeMax", { $0.cumulativeMax(axis: 1).values }),
      ("cumulativeMin", { $0.cumulativeMin(axis: 2).values }),
      ("logCumulativeSumExp", { $0.logCumulativeSumExp(axis: 1) }),
      ("product", { $0.product() }), ("product axis", { $0.product(axis: 1, keepDims: true) }),
      ("median", { $0.median(axis: 1).values }), ("quantile", { $0.quantile(0.3, axis: 1) }),
      ("softmax", { $0.softmax(axis: 1, temperature: 0.7) }),
      ("logSoftmax", { $0.logSoftmax(axis: 0) }), ("softmin", { $0.softmin(axis: 2) }),
      ("logSumExp", { $0.logSumExp(axis: 1) }), ("normalized", { $0.normalized(axis: 1) }),
      ("sorted", { $0.sorted(axis: 1, descending: true).values }),
      ("topK", { $0.topK(2, axis: 1, largest: false).values }),
    ]
    return plain.map { name, function in GradientCase(name, [x]) { function($0[0]) } }
  }()

  static let views: [GradientCase] = {
    let x = normal([2, 3, 4])
    let plain: [(String, @Sendable (Tensor) -> Tensor)] = [
      ("reshaped", { $0.reshaped(4, -1) }), ("flattened", { $0.flattened(from: 1) }),
      ("transposed", { $0.transposed() }), ("permuted", { $0.permuted(2, 0, 1) }),
      ("unsqueezed", { $0.unsqueezed(1).squeezed(1) }),
      ("expanded", { $0.unsqueezed(1).expanded(to: [2, 2, 3, 4]) }),
      ("narrowed", { $0.narrowed(axis: 1, to: 1..<3) }),
      ("selected", { $0.selected(axis: 2, at: -1) }),
      ("subscript", { $0[0..., 1..., stride(from: 0, to: 4, by: 2)] }),
      ("repeated", { $0.repeated([1, 2, 1]) }), ("flipped", { $0.flipped(0, 2) }),
      ("rolled", { $0.rolled(by: [1, -2], axes: [0, 2]) }),
      ("repeatedElements", { $0.repeatedElements(3, axis: 1) }),
      ("lowerTriangle", { $0.lowerTriangle(diagonal: 1) }),
      ("upperTriangle", { $0.upperTriangle() }),
      ("diagonal", { $0.diagonal(offset: 1) }),
      ("diagonalMatrix", { $0.diagonalMatrix(offset: -1) }),
      ("windows", { $0.windows(axis: 2, length: 3) }), ("split", { $0.split([1, 2], axis: 1)[1] }),
      ("unstacked", { $0.unstacked(axis: 1)[2] }), ("contiguous", { $0.transposed().contiguous() }),
      ("stacked", { Tensor.stacked([$0, $0.square()], axis: 1) }),
      ("concatenated", { Tensor.concatenated([$0, $0.exp()], axis: 2) }),
      ("pixelShuffled", { $0.reshaped(1, 4, 3, 2).pixelShuffled(2) }),
      ("pixelUnshuffled", { $0.reshaped(1, 1, 6, 4).pixelUnshuffled(2) }),
      ("channels last", { $0.reshaped(1, 4, 3, 2).toChannelsLast() }),
      ("meshgrid", { Tensor.meshgrid([$0[0, 0], $0[1, 1]])[1] }),
    ]
    return plain.map { name, function in GradientCase(name, [x]) { function($0[0].square()) } }
  }()

  static let indexing: [GradientCase] = {
    let (x, y) = (normal([3, 4]), normal([2, 4], seed: 9))
    let rows = Tensor([Int64(2), 0])
    let places = Tensor([Int64(1), 1, 0, 2, 2, 0, 0, 1], shape: [2, 4])
    let mask = Tensor([true, false, true])
    return [
      GradientCase("selected", [x]) { $0[0].selected(axis: 0, at: rows).square() },
      GradientCase("gathered", [x]) { $0[0].gathered(axis: 0, at: places).square() },
      GradientCase("scatterAdded", [x, y]) {
        $0[0].scatterAdded(axis: 0, at: places, $0[1].square())
      },
      GradientCase("scattered", [x, y]) {
        $0[0].square().scattered(
          axis: 0, at: Tensor([Int64(1), 1, 0, 2, 2, 0, 1, 1], shape: [2, 4]), $0[1].square())
      },
      GradientCase("scattered number", [x]) { $0[0].square().scattered(axis: 0, at: places, 2) },
      GradientCase("scattered mean", [x, y]) {
        $0[0].scattered(axis: 0, at: places, $0[1].square(), joinedBy: .mean)
      },
      GradientCase("scattered max", [apart([3, 4]), apart([2, 4], seed: 5) + 0.06], order: 1) {
        $0[0].scattered(axis: 0, at: places, $0[1], joinedBy: .max)
      },
      GradientCase("indexAdded", [x, y]) { $0[0].indexAdded(axis: 0, at: rows, $0[1].square()) },
      GradientCase("indexReplaced", [x, y]) {
        $0[0].square().indexReplaced(axis: 0, at: rows, $0[1].square())
      },
      GradientCase("indexFilled", [x]) { $0[0].square().indexFilled(axis: 0, at: rows, 3) },
      GradientCase("indices", [x]) { $0[0][at: rows, Tensor([Int64(3), 1])].square() },
      GradientCase("indices of a later axis", [x]) { $0[0][at: nil, rows].square() },
      GradientCase("writing at indices", [x, y]) { inputs in
        var z = inputs[0].square()
        z[at: rows] = inputs[1].square()
        return z
      },
      GradientCase("adding at indices", [x, y]) { $0[0].adding($0[1].square(), at: [rows]) },
      GradientCase("mask", [x]) { $0[0][mask: mask].square() },
      GradientCase("writing at a mask", [x, y]) { inputs in
        var z = inputs[0].square()
        z[mask: mask] = inputs[1].square()
        return z
      },
      GradientCase("writing a part", [x, y]) { inputs in
        var z = inputs[0].square()
        z[1...] = inputs[1].square()
        return z
      },
    ]
  }()

  @Test(arguments: reductions)
  func `derivatives of reductions`(_ case: GradientCase) {
    #expect(`case`.errors == [])
  }

  @Test(arguments: views)
  func `derivatives of views and copies`(_ case: GradientCase) { #expect(`case`.errors == []) }

  @Test(arguments: indexing)
  func `derivatives of indexing`(_ case: GradientCase) { #expect(`case`.errors == []) }
}
