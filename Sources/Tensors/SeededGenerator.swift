import Foundation

/// A generator of random numbers whose sequence is fixed by a seed and a stream number, on every
/// machine.
///
/// - Note: Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS
///   47, 2021 (xoshiro256**), seeded through SplitMix64.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: (UInt64, UInt64, UInt64, UInt64)

  /// A generator at the start of a stream.
  ///
  /// - Parameters:
  ///   - seed: Seed of the run.
  ///   - stream: Number of the stream: different streams of one seed are independent.
  public init(seed: UInt64, stream: UInt64 = 0) {
    var mixed = Self.mix(seed) ^ Self.mix(stream &+ 0x6A09_E667_F3BC_C909)
    func word() -> UInt64 {
      mixed &+= 0x9E37_79B9_7F4A_7C15
      return Self.mix(mixed)
    }
    state = (word(), word(), word(), word())
  }

  /// The next 64 random bits.
  ///
  /// - Returns: Uniformly distributed bits.
  public mutating func next() -> UInt64 {
    let product = state.1 &* 5
    let result = (product << 7 | product >> 57) &* 9
    let shifted = state.1 << 17
    state.2 ^= state.0
    state.3 ^= state.1
    state.1 ^= state.2
    state.0 ^= state.3
    state.2 ^= shifted
    state.3 = state.3 << 45 | state.3 >> 19
    return result
  }

  /// A number from [0, 1), uniformly distributed over the multiples of 2^-53.
  ///
  /// - Returns: The number.
  public mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  /// A whole number from 0 to `bound - 1`, uniformly distributed.
  ///
  /// - Parameter bound: Above 0.
  /// - Returns: The number.
  /// - Note: Source: Lemire, "Fast random integer generation in an interval", 2019.
  public mutating func uniform(below bound: Int) -> Int {
    precondition(bound > 0, "no whole number lies below \(bound)")
    let width = UInt64(bound)
    var product = next().multipliedFullWidth(by: width)
    if product.low < width {
      let threshold = (0 &- width) % width
      while product.low < threshold { product = next().multipliedFullWidth(by: width) }
    }
    return Int(product.high)
  }

  /// A normally distributed number with mean 0 and standard deviation 1 (Box and Muller, 1958).
  ///
  /// - Returns: The number.
  public mutating func normal() -> Double {
    let radius = (-2 * log(1 - uniform())).squareRoot()
    return radius * cos(2 * .pi * uniform())
  }

  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
