import Tensors
import TestSupport
import Testing

@testable import Vision

@Suite struct FlowFieldTests {
  private static let field = FlowField(
    vectors: Tensor([1, 2, 3, 4, -5, 6, 7, -8] as [Float], shape: [2, 2, 2]),
    convention: FlowConvention(method: "dis"))

  private static func numbers(_ field: FlowField) -> [Float] { field.vectors.array(of: Float.self) }

  @Test func `mirroring flips the field, negates u alone, and twice is nothing`() {
    #expect(Self.numbers(Self.field.mirrored()) == [-3, 4, -1, 2, -7, -8, 5, 6])
    #expect(Self.numbers(Self.field.mirrored().mirrored()) == Self.numbers(Self.field))
    var centred = Self.field.subtractingMean()
    centred = centred.mirrored()
    #expect(centred.convention.subtractedMean == SIMD2(-1.5, 1))
    #expect(centred.convention.method == "dis")
  }

  @Test func `the mean vector goes, without vectors that are no numbers, and is stated`() {
    let centred = Self.field.subtractingMean()
    #expect(centred.convention.subtractedMean == SIMD2(1.5, 1))
    #expect(centred.convention.isMeanSubtracted)
    #expect(Self.numbers(centred) == [-0.5, 1, 1.5, 3, -6.5, 5, 5.5, -9])
    #expect(centred.subtractingMean().convention.subtractedMean == SIMD2(1.5, 1))
    let broken = FlowField(vectors: Tensor([2, 4, .nan, 1] as [Float], shape: [1, 2, 2]))
    #expect(broken.subtractingMean().convention.subtractedMean == SIMD2(2, 4))
  }

  @Test func `clipping keeps components within the bound and states it`() {
    let clipped = Self.field.clipped(to: 4)
    #expect(Self.numbers(clipped) == [1, 2, 3, 4, -4, 4, 4, -4])
    #expect(clipped.convention.bound == 4)
    #expect(clipped.clipped(to: 9).convention.bound == 4)
    let broken = FlowField(vectors: Tensor([.nan, .infinity] as [Float], shape: [1, 1, 2]))
    #expect(Self.numbers(broken.clipped(to: 3)) == [0, 3])
  }

  @Test func `a stack holds u1, v1, u2, v2 between -1 and 1, and gives the fields back`() {
    let second = FlowField(
      vectors: Tensor([0, 10, 20, -30, 1, 1, 2, 2] as [Float], shape: [2, 2, 2]))
    let stack = FlowField.stacked([Self.field, second], bound: 10)
    #expect(stack.shape == [4, 2, 2])
    let expected: [Float] = [
      0.1, 0.3, -0.5, 0.7, 0.2, 0.4, 0.6, -0.8, 0, 1, 0.1, 0.2, 1, -1, 0.1, 0.2,
    ]
    for (found, wanted) in zip(stack.array(of: Float.self), expected) {
      #expect(abs(found - wanted) < 1e-6)
    }
    let back = FlowField.fields(in: stack, bound: 10)
    #expect(back.count == 2 && back[0].convention.bound == 10)
    for (found, wanted) in zip(Self.numbers(back[0]), Self.numbers(Self.field)) {
      #expect(abs(found - wanted) < 1e-5)
    }
  }

  @Test func `mirrored flow stacked is the stack flipped with u negated`() {
    let plain = FlowField.stacked([Self.field], bound: 10).array(of: Float.self)
    let mirrored = FlowField.stacked([Self.field.mirrored()], bound: 10).array(of: Float.self)
    #expect(
      mirrored == [
        -plain[1], -plain[0], -plain[3], -plain[2], plain[5], plain[4], plain[7], plain[6],
      ])
  }

  // By hand: 255 (x + 20) / 40, cvRound; e.g. 0 -> 127.5 -> 128 (even), 1 -> 133.875 -> 134.
  @Test func `flow in 8 bits is that of temporal segment networks`() {
    let values: [Float] = [0, 1, -20, 20, 25, -99, 0.2, -0.2]
    let field = FlowField(vectors: Tensor(values, shape: [2, 2, 2]))
    let bytes = field.bytes(bound: 20)
    #expect(bytes.array(of: UInt8.self) == [128, 134, 0, 255, 255, 0, 129, 126])
    let back = Self.numbers(FlowField.decoding(bytes, bound: 20))
    for (found, wanted) in zip(back, values) {
      #expect(abs(found - min(max(wanted, -20), 20)) <= 20.0 / 255 + 1e-5)
    }
    #expect(abs(back[0] - 20.0 / 255) < 1e-5)
    for code in UInt8.min...UInt8.max {
      let one = Tensor([code, code], shape: [1, 1, 2])
      #expect(
        FlowField.decoding(one, bound: 20).bytes(bound: 20).array(of: UInt8.self) == [code, code])
    }
  }
}
