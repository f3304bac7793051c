import Testing

@testable import Tensors

// Reference values from an independent Python program:
//
//   M = (1 << 64) - 1
//   def mix(z):
//       z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & M
//       z = ((z ^ z >> 27) * 0x94D049BB133111EB) & M
//       return z ^ z >> 31
//   def words(seed, stream, count):
//       m = mix(seed) ^ mix((stream + 0x6A09E667F3BCC909) & M)
//       s = []
//       for _ in range(4):
//           m = (m + 0x9E3779B97F4A7C15) & M
//           s.append(mix(m))
//       for _ in range(count):
//           r = s[1] * 5 & M
//           yield (r << 7 | r >> 57) * 9 & M
//           t = s[1] << 17 & M
//           s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t
//           s[3] = (s[3] << 45 | s[3] >> 19) & M
@Suite("Seeded random numbers")
struct SeededGeneratorTests {
  @Test(
    arguments: [
      (0, 0, [0x54e6_1aaa_7ae3_1d17, 0xb786_ead9_365c_25b8, 0xd3b7_5527_58f6_50aa]),
      (42, 7, [0xd724_c635_1101_3932, 0xd602_b12e_e648_a7d3, 0xb927_c019_6bae_4a8f]),
      (.max, 0, [0x2534_8972_1a62_e774, 0xece8_b307_4ef0_83b7]),
    ] as [(UInt64, UInt64, [UInt64])])
  func `words equal the reference`(seed: UInt64, stream: UInt64, words: [UInt64]) {
    var generator = SeededGenerator(seed: seed, stream: stream)
    #expect(words.map { _ in generator.next() } == words)
  }

  @Test func `uniform and normal numbers equal the reference`() {
    var generator = SeededGenerator(seed: 42, stream: 7)
    #expect(generator.uniform() == 0.8404048804814054)
    #expect(generator.uniform() == 0.8359785785199016)
    generator = SeededGenerator(seed: 42, stream: 7)
    // The logarithm and the cosine may differ in the last place between C libraries.
    #expect(abs(generator.normal() - 0.9853341713854836) < 1e-15)
  }

  @Test func `moments are those of the distributions`() {
    var generator = SeededGenerator(seed: 3)
    let n = 40_000
    let uniform = Tensor.uniform([n], in: -1..<3, .float64, using: &generator)
    let normal = Tensor.normal(
      [n], mean: 2, standardDeviation: 3, .float64, using: &generator)
    // Five standard errors of the mean and of the variance.
    #expect(abs(uniform.mean().item(of: Double.self) - 1) < 5 * (16.0 / 12 / 40_000).squareRoot())
    #expect(abs(uniform.variance().item(of: Double.self) - 16.0 / 12) < 0.03)
    #expect(abs(normal.mean().item(of: Double.self) - 2) < 5 * 3 / 200)
    #expect(abs(normal.variance().item(of: Double.self) - 9) < 5 * 9 * (2.0 / 40_000).squareRoot())
    #expect(uniform.min().item(of: Double.self) >= -1)
    #expect(uniform.max().item(of: Double.self) < 3)
  }

  @Test func `streams of one seed do not correlate`() {
    var first = SeededGenerator(seed: 9, stream: 0)
    var second = SeededGenerator(seed: 9, stream: 1)
    let a = Tensor.normal([20_000], .float64, using: &first)
    let b = Tensor.normal([20_000], .float64, using: &second)
    #expect(abs((a * b).mean().item(of: Double.self)) < 5 / 20_000.0.squareRoot())
  }

  @Test func `whole numbers below a bound are equally frequent`() {
    var generator = SeededGenerator(seed: 8)
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<14_000 { counts[generator.uniform(below: 7)] += 1 }
    let chiSquare = counts.reduce(0.0) { $0 + (Double($1) - 2000) * (Double($1) - 2000) / 2000 }
    // The 99.9 % quantile with 6 degrees of freedom.
    #expect(chiSquare < 22.46)
    #expect(generator.uniform(below: 1) == 0)
  }

  @Test func `a permutation holds every number once and follows the seed`() {
    var one = SeededGenerator(seed: 4)
    var two = SeededGenerator(seed: 4)
    let order = Tensor.permutation(100, using: &one).array(of: Int64.self)
    #expect(order.sorted() == Array(0..<100) && order != Array(0..<100))
    #expect(Tensor.permutation(100, using: &two).array(of: Int64.self) == order)
  }
}
