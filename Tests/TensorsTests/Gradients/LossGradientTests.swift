import Testing

@testable import Tensors

@Suite("Gradients of losses and of linear algebra")
struct LossGradientTests {
  static let losses: [GradientCase] = Reduction.allCases.flatMap { reduction in
    let x = apart([3, 4])
    let target = normal([3, 4], seed: 6)
    let probability = uniform([3, 4], 0.1..<0.9)
    let labels = Tensor([Int64(2), 0, 3])
    let weight = uniform([4], 0.5..<2)
    return [
      GradientCase("mse \(reduction)", [x, target]) { $0[0].mseLoss($0[1], reduction: reduction) },
      GradientCase("l1 \(reduction)", [x, target]) { $0[0].l1Loss($0[1], reduction: reduction) },
      GradientCase("smooth l1 \(reduction)", [x, target]) {
        $0[0].smoothL1Loss($0[1], beta: 0.6, reduction: reduction)
      },
      GradientCase("huber \(reduction)", [x, target]) {
        $0[0].huberLoss($0[1], delta: 0.6, reduction: reduction)
      },
      GradientCase("kl \(reduction)", [x, probability]) {
        $0[0].klDivergence($0[1], reduction: reduction)
      },
      GradientCase("kl log \(reduction)", [x, target]) {
        $0[0].klDivergence($0[1], logTarget: true, reduction: reduction)
      },
      GradientCase("cross entropy \(reduction)", [x]) {
        $0[0].crossEntropy(labels, reduction: reduction)
      },
      GradientCase("cross entropy smoothed \(reduction)", [x]) {
        $0[0].crossEntropy(
          labels, weight: weight, ignoring: 0, labelSmoothing: 0.2, reduction: reduction)
      },
      GradientCase("cross entropy of probabilities \(reduction)", [x, probability]) {
        $0[0].crossEntropy($0[1], reduction: reduction)
      },
      GradientCase("cross entropy of images \(reduction)", [normal([1, 3, 2, 2])]) {
        $0[0].crossEntropy(
          Tensor([Int64(2), 0, 1, 1], shape: [1, 2, 2]), ignoring: 2, reduction: reduction)
      },
      GradientCase("cross entropy of one \(reduction)", [normal([3])]) {
        $0[0].crossEntropy(Tensor([Int32(1)], shape: []), reduction: reduction)
      },
      GradientCase("nll \(reduction)", [x]) {
        $0[0].square().nllLoss(labels, weight: weight, reduction: reduction)
      },
      GradientCase("binary cross entropy \(reduction)", [probability]) {
        $0[0].binaryCrossEntropy(uniform([3, 4], 0..<1, seed: 8), reduction: reduction)
      },
      GradientCase("binary cross entropy of logits \(reduction)", [x, probability]) {
        $0[0].binaryCrossEntropyWithLogits(
          $0[1], positiveWeight: weight, reduction: reduction)
      },
      // libtorch has no second derivatives of the last two.
      GradientCase("multi margin \(reduction)", [x], order: 1) {
        $0[0].multiMarginLoss(labels, power: 2, margin: 0.5, weight: weight, reduction: reduction)
      },
      GradientCase("ctc \(reduction)", [normal([5, 2, 3])], order: 1) {
        $0[0].logSoftmax().ctcLoss(
          Tensor([Int64(1), 2, 2, 0], shape: [2, 2]), inputLengths: [5, 4], targetLengths: [2, 1],
          reduction: reduction)
      },
    ]
  }

  static let algebra: [GradientCase] = {
    let (a, b) = (normal([2, 3, 3]), normal([2, 3, 2]))
    let tall = normal([4, 3])
    let values: [(String, @Sendable (Tensor) throws -> Tensor)] = [
      ("singularValues", { try $0.singularValues() }),
      (
        "svd",
        {
          let d = try $0.svd(); return d.u.square() + d.vh.square() + d.s.unsqueezed(-1)
        }
      ),
      (
        "eigh",
        {
          let e = try ($0 + $0.transposed()).symmetricEigen();
          return e.vectors.square() + e.values.unsqueezed(-1)
        }
      ),
      ("eigen", { try $0.eigen().values.complexMagnitude() }),
      (
        "qr",
        {
          let d = $0.qr(); return d.q + d.r
        }
      ),
      ("cholesky", { try ($0.matmul($0.transposed()) + Tensor.eye(3, .float64)).cholesky() }),
      ("inverse", { try $0.inverse() }), ("determinant", { $0.determinant() }),
      ("logDeterminant", { $0.logDeterminant().logarithm }), ("trace", { $0.square().trace() }),
      ("frobenius", { try $0.matrixNorm() }), ("spectral", { try $0.matrixNorm(.spectral) }),
      ("nuclear", { try $0.matrixNorm(.nuclear) }), ("pseudoInverse", { try $0.pseudoInverse() }),
    ]
    var cases = values.map { name, function in
      GradientCase(name, [a]) { inputs in
        do { return try function(inputs[0]) } catch { return Tensor([Double.nan]) }
      }
    }
    cases += [
      GradientCase("matmul", [a, b]) { $0[0].matmul($0[1]) },
      GradientCase("matmul stretched", [normal([3, 2]), normal([2, 2, 4])]) { $0[0].matmul($0[1]) },
      GradientCase("matrix and vector", [a, normal([3])]) { $0[0].matmul($0[1]) },
      GradientCase("dot", [normal([3]), normal([3], seed: 4)]) { $0[0].dot($0[1]) },
      GradientCase("solve", [a, b]) { (try? $0[0].solve($0[1])) ?? Tensor([Double.nan]) },
      GradientCase("solveTriangular", [a + Tensor.eye(3, .float64) * 3, b]) {
        $0[0].solveTriangular($0[1], upper: false)
      },
      GradientCase("leastSquares", [tall, normal([4, 2])]) {
        (try? $0[0].leastSquares($0[1])) ?? Tensor([Double.nan])
      },
      GradientCase("einsum", [a, b]) { Tensor.einsum("bij,bjk->ki", $0[0], $0[1]) },
      GradientCase("einsum trace", [normal([3, 3])]) { Tensor.einsum("ii", $0[0].square()) },
      GradientCase("einsum dots", [a, normal([3])]) { Tensor.einsum("...j,j->...", $0[0], $0[1]) },
      GradientCase("tensorDot", [a, b]) { $0[0].tensorDot($0[1], axes: [0, 2], [0, 1]) },
      GradientCase("outer", [normal([2]), normal([3])]) { $0[0].outer($0[1]) },
      GradientCase("cross", [normal([2, 3]), normal([2, 3], seed: 4)]) { $0[0].cross($0[1]) },
      GradientCase("kronecker", [normal([2, 2]), normal([1, 3])]) { $0[0].kronecker($0[1]) },
      GradientCase("distances", [normal([3, 2]), normal([2, 2])], order: 1) {
        $0[0].distances(to: $0[1])
      },
      GradientCase("cosineSimilarity", [normal([2, 3]), normal([2, 3], seed: 4)]) {
        $0[0].cosineSimilarity($0[1])
      },
      GradientCase("fft", [normal([2, 4, 2])]) { $0[0].fft().square() },
      GradientCase("inverseFFT", [normal([4, 2, 2])]) {
        $0[0].inverseFFT(axis: 0, count: 5).square()
      },
      GradientCase("realFFT", [normal([2, 5])]) {
        $0[0].realFFT(normalization: .orthonormal).square()
      },
      GradientCase("inverseRealFFT", [normal([2, 3, 2])]) {
        $0[0].inverseRealFFT(count: 5).square()
      },
      GradientCase("complexProduct", [normal([3, 2]), normal([3, 2], seed: 4)]) {
        $0[0].complexProduct($0[1].complexConjugate())
      },
      GradientCase("complexMagnitude", [normal([3, 2])]) {
        $0[0].complexMagnitude() + $0[0].complexPhase()
      },
    ]
    return cases
  }()

  @Test(arguments: losses)
  func `derivatives of losses`(_ case: GradientCase) { #expect(`case`.errors == []) }
  @Test(arguments: algebra)
  func `derivatives of linear algebra and Fourier transforms`(_ case: GradientCase) {
    #expect(`case`.errors == [])
  }
}
