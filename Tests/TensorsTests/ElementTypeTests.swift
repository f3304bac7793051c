import TestSupport
import Testing

@testable import Tensors

@Suite("Element types, memory formats and laws of decompositions")
struct ElementTypeTests {
  @Test func `bfloat16 and float16 keep their precision and their arithmetic`() {
    // 1 + 2^-8 lies between two bfloat16 numbers and goes to the even one.
    let x = Tensor([Float(1), 1.00390625, 1.01171875, -3e38])
    let low = x.converted(to: .bfloat16)
    #expect(low.elementType == .bfloat16)
    #expect(low.converted(to: .float32).array(of: Float.self).prefix(3) == [1, 1, 1.015625])
    #expect((low + low).converted(to: .float32).array(of: Float.self)[0] == 2)
    #expect((low * 2).elementType == .bfloat16)
    #expect(low.matmul(low).elementType == .bfloat16)
    let half = x.converted(to: .float16)
    #expect(half.array(of: Float16.self)[3] == -.infinity)
    #expect((half + low).elementType == .float32)
    let mixed = low + x
    #expect(mixed.elementType == .float32)
  }

  @Test func `a convolution in bfloat16 is near the one in float32`() {
    let (x, w) = (
      normal([1, 3, 6, 6]).converted(to: .float32), normal([4, 3, 3, 3]).converted(to: .float32)
    )
    let exact = x.convolution(w, padding: 1)
    let low = x.converted(to: .bfloat16).convolution(w.converted(to: .bfloat16), padding: 1)
    #expect(low.elementType == .bfloat16)
    #expect(low.converted(to: .float32).isClose(to: exact, relative: 0.02, absolute: 0.1))
  }

  @Test func `channels last changes the memory and nothing else`() {
    let x = normal([2, 3, 4, 5])
    let last = x.toChannelsLast()
    #expect(last.strides == [60, 1, 15, 3] && last.isChannelsLast && !x.isChannelsLast)
    #expect(last.shape == x.shape && last.array(of: Double.self) == x.array())
    #expect(x.strides == [60, 20, 5, 1])
    let w = normal([2, 3, 3, 3])
    #expect(last.convolution(w).isClose(to: x.convolution(w), relative: 1e-12, absolute: 1e-12))
    #expect(normal([1, 2, 3, 4, 5]).toChannelsLast().strides == [120, 1, 40, 10, 2])
    #expect(last.contiguous().strides == x.strides)
  }

  @Test func `decompositions multiply back`() throws {
    let a = normal([2, 4, 3])
    let (u, s, vh) = try a.svd()
    #expect(u.matmul(s.diagonalMatrix()).matmul(vh).isClose(to: a, absolute: 1e-12))
    #expect(try a.svd(full: true).u.shape == [2, 4, 4])
    let (q, r) = a.qr()
    #expect(q.matmul(r).isClose(to: a, absolute: 1e-12))
    #expect(
      q.transposed().matmul(q).isClose(
        to: .eye(3, .float64).expanded(to: [2, 3, 3]), absolute: 1e-12))
    let symmetric = a.transposed().matmul(a)
    let (values, vectors) = try symmetric.symmetricEigen()
    #expect(symmetric.matmul(vectors).isClose(to: vectors * values.unsqueezed(1), absolute: 1e-10))
  }

  @Test func `a rotation has a pair of complex eigenvalues`() throws {
    let turn = Tensor([0.6, -0.8, 0.8, 0.6], shape: [2, 2])
    let (values, vectors) = try turn.eigen()
    #expect(values.complexMagnitude().isClose(to: Tensor([1.0, 1]), absolute: 1e-14))
    let complex = Tensor.complex(turn)  // [2, 2, 2]
    for k in 0..<2 {
      // A v = lambda v, component by component.
      let v = vectors[0..., k]  // [2, 2]
      let product = complex.complexProduct(v.unsqueezed(0).expanded(to: [2, 2, 2])).sum(axis: 1)
      let scaled = v.complexProduct(values[k].unsqueezed(0).expanded(to: [2, 2]))
      #expect(product.isClose(to: scaled, absolute: 1e-14))
    }
  }

  @Test func `a transform and its inverse cancel`() {
    let x = normal([3, 8, 2])
    #expect(x.fft().inverseFFT().isClose(to: x, absolute: 1e-14))
    let real = normal([3, 7])
    #expect(real.realFFT().inverseRealFFT(count: 7).isClose(to: real, absolute: 1e-14))
  }

  @Test func `one-hot vectors, maxout and dropout`() throws {
    #expect(Tensor([Int64(2), 0]).oneHot(classes: 3).array() == [Float(0), 0, 1, 1, 0, 0])
    let x = Tensor([1.0, 5, 2, 4, 3, 0], shape: [1, 6])
    #expect(x.maxout(pieces: 3).array() == [5.0, 4])
    let ones = Tensor.ones([100, 100])
    let kept = ones.dropout(0.3, using: try TorchGenerator(seed: 3))
    #expect(kept.isEqual(to: ones.dropout(0.3, using: try TorchGenerator(seed: 3))))
    #expect(!kept.isEqual(to: ones.dropout(0.3, using: try TorchGenerator(seed: 4))))
    let share = (kept .== 0).converted(to: .float32).mean().item(of: Float.self)
    #expect(abs(share - 0.3) < 0.02)  // four standard deviations
    #expect(abs(kept.mean().item(of: Float.self) - 1) < 0.03)
    #expect(ones.dropout(1, using: try TorchGenerator(seed: 3)).sum().item(of: Float.self) == 0)
    let channels = Tensor.ones([4, 50, 3]).channelDropout(0.5, using: try TorchGenerator(seed: 3))
    let sums = Set(channels.sum(axis: 2).array(of: Float.self))
    #expect(sums == [0, 6])
  }

  @Test func `dropout between recurrent layers follows its generator`() throws {
    let weights = [
      RecurrentWeights(input: normal([3, 2]), hidden: normal([3, 3])),
      RecurrentWeights(input: normal([3, 3]), hidden: normal([3, 3], seed: 2)),
    ]
    let x = normal([4, 2, 2])
    func run(_ dropout: Double, _ seed: UInt64) throws -> (output: Tensor, state: Tensor) {
      x.rnn(
        weights,
        options: RecurrentOptions(dropout: dropout, generator: try TorchGenerator(seed: seed)))
    }
    let plain = x.rnn(weights)
    #expect(try run(0.5, 1).output.isEqual(to: try run(0.5, 1).output))
    #expect(try !run(0.5, 1).output.isEqual(to: plain.output))
    let nothing = try run(1e-300, 1)
    #expect(nothing.output.isClose(to: plain.output) && nothing.state.isClose(to: plain.state))
    #expect(nothing.state.shape == [2, 2, 3])
  }

  @Test func `numbers beside tensors are rounded once and never widen the type`() {
    let x = Tensor([Float(0.1), 3])
    // Made in inference mode first: the number must serve recorded operations all the same.
    #expect(
      inInferenceMode { x * 0.7 }.array(of: Float.self) == [Float(0.1) * 0.7, Float(3) * 0.7])
    let leaf = x.requiringGradient()
    #expect(
      gradients(of: (leaf * 0.7).sum(), withRespectTo: [leaf])[0].array() == [Float(0.7), 0.7])
    for result in [x + 2, 2 + x, x - 2, 2 - x, x / 2, 2 / x, x * 2] {
      #expect(result.elementType == .float32)
    }
    #expect((2 - x).array(of: Float.self)[1] == -1 && (6 / x).array(of: Float.self)[1] == 2)
    #expect((x .== 0.1).array() == [true, false] && (x .< 3).array() == [true, false])
    #expect((Tensor([0.5]) + 0.1).array() == [0.6])
    #expect((Tensor([Int64(3)]) * 2).array() == [Int64(6)])
    #expect((Tensor([Int64(3)]) * 0.5).elementType == .float32)
    #expect((x.converted(to: .bfloat16) * 2).elementType == .bfloat16)
    #expect((Tensor([Float(1)], shape: []) * -0.0).item(of: Float.self).sign == .minus)
    for number in 0..<200 { #expect((x * number).array(of: Float.self)[1] == Float(3 * number)) }
  }
}
