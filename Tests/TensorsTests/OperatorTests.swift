import Foundation
import Testing

@testable import Tensors

// Reference values: numpy 2.4, `a = arange(1, 7).reshape(2, 3) / 4`, `b = [0.5, -1, 2]`, printed with repr.
private let a = Tensor([0.25, 0.5, 0.75, 1, 1.25, 1.5], shape: [2, 3])
private let b = Tensor([0.5, -1, 2])

private func expect(
  _ tensor: Tensor, _ values: [Double], _ shape: [Int], tolerance: Double = 0,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(tensor.shape == shape, sourceLocation: sourceLocation)
  let found = tensor.array(of: Double.self)
  let worst = zip(found, values).map { abs($0 - $1) / max(1, abs($1)) }.max() ?? 0
  #expect(
    found.count == values.count && worst <= tolerance, "\(found)", sourceLocation: sourceLocation)
}

@Suite("Arithmetic and functions")
struct ArithmeticTests {
  @Test func `operators stretch a vector over the rows`() {
    expect(a + b, [0.75, -0.5, 2.75, 1.5, 0.25, 3.5], [2, 3])
    expect(a - b, [-0.25, 1.5, -1.25, 0.5, 2.25, -0.5], [2, 3])
    expect(a * b, [0.125, -0.5, 1.5, 0.5, -1.25, 3], [2, 3])
    expect(a / b, [0.5, -0.5, 0.375, 2, -1.25, 0.75], [2, 3])
    expect(a.pow(b), [0.5, 2, 0.5625, 1, 0.8, 2.25], [2, 3], tolerance: 1e-15)
    expect(b.reshaped(3, 1) * b, [0.25, -0.5, 1, -0.5, 1, -2, 1, -2, 4], [3, 3])
  }

  @Test func `numbers stand on either side`() {
    expect(2 * b + 1, [2, -1, 5], [3])
    expect(1 - b, [0.5, 2, -1], [3])
    expect(1 / b, [2, -1, 0.5], [3])
    expect(-b, [-0.5, 1, -2], [3])
    expect(b.pow(2), [0.25, 1, 4], [3])
    var x = b
    x += 1
    x *= b
    x -= 0.5
    x /= Float(2)
    expect(x, [0.125, -0.25, 2.75], [3])
  }

  @Test func `a number divided by a tensor is rounded once`() {
    // In float32, 3 / 7 differs from 3 * (1 / 7).
    let quotient = 3 / Tensor([7] as [Float])
    #expect(quotient.array(of: Float.self) == [Float(3) / 7])
    #expect((1 / Tensor([4] as [Int32])).array(of: Float.self) == [0.25])
    #expect((1 / Tensor([4] as [Float], shape: [])).elementType == .float32)
  }

  @Test func `element types follow the wider and the real one`() {
    let whole = Tensor([7, 8] as [Int32])
    #expect((whole + 1).elementType == .int32)
    #expect((whole * 0.5).elementType == .float32)
    #expect((whole / whole).elementType == .float32)
    #expect((whole + Tensor([1] as [Int64])).elementType == .int64)
    #expect((whole + Tensor([1.0])).elementType == .float64)
    #expect((Tensor([1] as [Float]) * 0.1).elementType == .float32)
  }

  @Test func `functions agree with numpy`() {
    let tolerance = 1e-15
    let x = Tensor([0.25, 0.5, 0.75])
    expect(
      b.exp(), [1.6487212707001282, 0.36787944117144233, 7.38905609893065], [3],
      tolerance: tolerance)
    expect(
      x.log(), [-1.3862943611198906, -0.6931471805599453, -0.2876820724517809], [3],
      tolerance: tolerance)
    expect(x.sqrt(), [0.5, 0.7071067811865476, 0.8660254037844386], [3], tolerance: tolerance)
    expect(
      b.sin(), [0.479425538604203, -0.8414709848078965, 0.9092974268256817], [3],
      tolerance: tolerance)
    expect(
      b.cos(), [0.8775825618903728, 0.5403023058681398, -0.4161468365471424], [3],
      tolerance: tolerance)
    expect(
      b.tanh(), [0.46211715726000974, -0.7615941559557649, 0.9640275800758169], [3],
      tolerance: tolerance)
    expect(
      x.log1p(), [0.22314355131420976, 0.4054651081081644, 0.5596157879354227], [3],
      tolerance: tolerance)
    expect(
      b.expm1(), [0.6487212707001282, -0.6321205588285577, 6.38905609893065], [3],
      tolerance: tolerance)
    expect(
      b.atan(), [0.4636476090008061, -0.7853981633974483, 1.1071487177940904], [3],
      tolerance: tolerance)
    expect(
      b.sigmoid(), [0.6224593312018546, 0.2689414213699951, 0.8807970779778823], [3],
      tolerance: tolerance)
    expect(b.abs(), [0.5, 1, 2], [3])
    expect(b.relu(), [0.5, 0, 2], [3])
    expect(Tensor([0.5, 1.5, -2.5]).round(), [0, 2, -2], [3])
    expect(b.floor() + b.ceil() + b.sign(), [2, -3, 5], [3])
    expect(
      b.square() * b.rsqrt().masked(b .< 0, with: 0),
      [0.25 / 0.5.squareRoot(), 0, 4 / 2.0.squareRoot()], [3], tolerance: tolerance)
    expect(
      Tensor([1.0, -1]).atan2(Tensor([-1.0, 0])), [3 * .pi / 4, -.pi / 2], [2], tolerance: tolerance
    )
    expect(b.tan() * b.cos() - b.sin(), [0, 0, 0], [3], tolerance: tolerance)
    expect(Tensor([0.5]).asin() + Tensor([0.5]).acos(), [.pi / 2], [1], tolerance: tolerance)
  }

  @Test func `limits, larger and smaller`() {
    expect(b.clamped(min: 0), [0.5, 0, 2], [3])
    expect(b.clamped(min: -0.5, max: 1), [0.5, -0.5, 1], [3])
    expect(b.maximum(Tensor([1.0])), [1, 1, 2], [3])
    expect(b.minimum(Tensor([1.0])), [0.5, -1, 1], [3])
  }

  @Test func `comparison, choice and masks`() {
    let mask = b .> 0
    #expect(mask.elementType == .bool)
    #expect(mask.array(of: Bool.self) == [true, false, true])
    #expect((.!mask .| (b .>= 2)).array(of: Bool.self) == [false, true, true])
    #expect((mask .& (b .!= 2)).array(of: Bool.self) == [true, false, false])
    #expect((a .== a.copied()).all().item(of: Bool.self))
    #expect((b .<= Tensor([0.5])).array(of: Bool.self) == [true, true, false])
    expect(.where(mask, b, Tensor([9.0])), [0.5, 9, 2], [3])
    expect(a[mask: a .> 0.9], [1, 1.25, 1.5], [3])
    expect(b.masked(mask, with: 0), [0, -1, 0], [3])
    #expect(
      Tensor([Double.nan, 1, .infinity]).isNaN().array(of: Bool.self) == [true, false, false])
    #expect(
      Tensor([Double.nan, 1, .infinity]).isFinite().array(of: Bool.self) == [false, true, false])
    #expect(
      Tensor([Double.nan, 1, .infinity]).isInfinite().array(of: Bool.self) == [false, false, true])
  }

  @Test func `equality is exact, closeness has tolerances, and NaN equals nothing`() {
    #expect(a.isEqual(to: a.copied()) && !a.isEqual(to: a + 1e-15))
    #expect(!a.isEqual(to: a.reshaped(3, 2)) && !a.isEqual(to: a.converted(to: .float32)))
    #expect(a.isClose(to: a + 1e-9) && !a.isClose(to: a + 1e-3) && !a.isClose(to: b))
    let nan = Tensor([Double.nan])
    #expect(!nan.isEqual(to: nan) && !nan.isClose(to: nan))
    #expect(nan.isClose(to: nan, equalNaN: true))
  }

  @Test func `shapes that do not fit end the process with both`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]) + Tensor.zeros([4, 3])
    }
    #expect(text(result).contains("+: the shapes [2, 3] and [4, 3]"))
  }
}

@Suite("Reductions")
struct ReductionTests {
  @Test func `sums, means and spread over all elements and along axes`() {
    expect(a.sum(), [5.25], [])
    expect(a.sum(axis: 0), [1.25, 1.75, 2.25], [3])
    expect(a.sum(axis: -1, keepDims: true), [1.5, 3.75], [2, 1])
    expect(a.sum(axes: [0, 1]), [5.25], [])
    expect(a.mean(), [0.875], [])
    expect(a.mean(axis: 1), [0.5, 1.25], [2])
    expect(a.variance(axis: 0), [0.28125, 0.28125, 0.28125], [3])
    expect(a.variance(axis: 0, correction: 0), [0.140625, 0.140625, 0.140625], [3])
    expect(a.standardDeviation(), [0.46770717334674267], [], tolerance: 1e-15)
    expect(a.norm(), [2.384848003542364], [], tolerance: 1e-15)
    expect(a.norm(axis: 1, order: 1), [1.5, 3.75], [2])
    expect(b.norm(order: .infinity), [2], [])
    expect(b.cumulativeSum(axis: 0), [0.5, -0.5, 1.5], [3])
    #expect(Tensor([true, true, false]).sum().item(of: Int64.self) == 2)
  }

  @Test func `extremes and their places`() {
    expect(a.max(), [1.5], [])
    expect(a.min(axis: 0), [0.25, 0.5, 0.75], [3])
    expect(a.max(axes: [0, 1], keepDims: true), [1.5], [1, 1])
    #expect(b.argMax().item(of: Int64.self) == 2)
    #expect(a.argMin(axis: 1).array(of: Int64.self) == [0, 0])
    #expect(a.argMax(axis: 0, keepDims: true).shape == [1, 3])
    #expect((b .> 1).any().item(of: Bool.self) && !(b .> 1).all().item(of: Bool.self))
    #expect((a .> 0.9).any(axis: 1).array(of: Bool.self) == [false, true])
    #expect((a .> 0.6).all(axis: 0).array(of: Bool.self) == [false, false, true])
  }

  @Test func `order along an axis`() {
    let x = Tensor([3.0, 1, 2, 0, 5, 4], shape: [2, 3])
    let (values, indices) = x.sorted()
    expect(values, [1, 2, 3, 0, 4, 5], [2, 3])
    #expect(indices.array(of: Int64.self) == [1, 2, 0, 0, 2, 1])
    expect(x.sorted(axis: 0, descending: true).values, [3, 5, 4, 0, 1, 2], [2, 3])
    let top = x.topK(2)
    expect(top.values, [3, 2, 5, 4], [2, 2])
    #expect(top.indices.array(of: Int64.self) == [0, 2, 1, 2])
    expect(x.topK(1, axis: 0, largest: false).values, [0, 1, 2], [1, 3])
  }

  @Test func `a mean of whole numbers and an extreme of nothing are mistakes`() async {
    let mean = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor([1, 2] as [Int32]).mean()
    }
    #expect(text(mean).contains("mean: the elements are int32"))
    let nothing = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([0, 3]).max(axis: 0)
    }
    #expect(text(nothing).contains("max: there is nothing to choose from in the shape [0, 3]"))
    let axis = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).sum(axis: 2)
    }
    #expect(text(axis).contains("sum: there is no axis 2 in the shape [2, 3]"))
  }
}

@Suite("Matrix products")
struct MatrixProductTests {
  private let m = Tensor((0..<24).map(Double.init), shape: [2, 3, 4])
  private let n = Tensor((0..<8).map { Double($0) - 3 }, shape: [4, 2])

  @Test func `products agree with numpy`() {
    expect(
      m.matmul(n), [10, 16, 10, 32, 10, 48, 10, 64, 10, 80, 10, 96], [2, 3, 2])
    expect(Tensor([1.0, 2]).matmul(Tensor([3.0, 4])), [11], [])
    expect(Tensor([1.0, 2]).dot(Tensor([3.0, 4])), [11], [])
    expect(Tensor([1.0, 0, 0, 0]).matmul(n), [-3, -2], [2])
    expect(n.matmul(Tensor([1.0, 1])), [-5, -1, 3, 7], [4])
  }

  @Test func `the identity changes nothing`() {
    #expect(n.matmul(.eye(2, .float64)).isEqual(to: n))
    #expect(Tensor.eye(2, columns: 3).array(of: Float.self) == [1, 0, 0, 0, 1, 0])
  }

  @Test func `lengths that differ end the process with both shapes`() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = Tensor.zeros([2, 3]).matmul(Tensor.zeros([4, 5]))
    }
    #expect(text(result).contains("matmul: the shapes [2, 3] and [4, 5]"))
  }
}
