import Foundation

/// Tensors of random numbers from an explicit generator: same generator, same numbers, on every
/// device.
extension Tensor {
  /// Numbers distributed uniformly over a range.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes.
  ///   - range: Lowest number, and the bound that is not reached (in exact arithmetic).
  ///   - elementType: Type of the elements, float32 or float64.
  ///   - generator: Source of the numbers; one step for each, in row-major order.
  /// - Returns: A tensor of `shape` on the host.
  public static func uniform(
    _ shape: [Int], in range: Range<Double> = 0..<1, _ elementType: ElementType = .float32,
    using generator: inout SeededGenerator
  ) -> Tensor {
    let width = range.upperBound - range.lowerBound
    if elementType == .float64 {
      return Tensor(shape: shape, of: Double.self) { elements in
        for i in elements.indices {
          elements.initializeElement(at: i, to: range.lowerBound + width * generator.uniform())
        }
      }
    }
    require(
      elementType == .float32, "uniform: \(elementType) is neither float32 nor float64")
    return Tensor(shape: shape, of: Float.self) { elements in
      for i in elements.indices {
        // Rounded towards zero first, so that the bound is not reached by rounding.
        let unit = Double(generator.next() >> 40) * 0x1p-24
        elements.initializeElement(at: i, to: Float(range.lowerBound + width * unit))
      }
    }
  }

  /// Numbers distributed normally.
  ///
  /// - Parameters:
  ///   - shape: Lengths of the axes.
  ///   - mean: Their mean.
  ///   - standardDeviation: Their standard deviation.
  ///   - elementType: Type of the elements, float32 or float64.
  ///   - generator: Source of the numbers; two steps for each, in row-major order.
  /// - Returns: A tensor of `shape` on the host.
  public static func normal(
    _ shape: [Int], mean: Double = 0, standardDeviation: Double = 1,
    _ elementType: ElementType = .float32, using generator: inout SeededGenerator
  ) -> Tensor {
    if elementType == .float64 {
      return Tensor(shape: shape, of: Double.self) { elements in
        for i in elements.indices {
          elements.initializeElement(at: i, to: mean + standardDeviation * generator.normal())
        }
      }
    }
    require(elementType == .float32, "normal: \(elementType) is neither float32 nor float64")
    return Tensor(shape: shape, of: Float.self) { elements in
      for i in elements.indices {
        elements.initializeElement(
          at: i, to: Float(mean + standardDeviation * generator.normal()))
      }
    }
  }

  /// The whole numbers from 0 to `count - 1` in random order (Fisher and Yates).
  ///
  /// - Parameters:
  ///   - count: How many.
  ///   - generator: Source of the order.
  /// - Returns: `[count]` Int64.
  public static func permutation(_ count: Int, using generator: inout SeededGenerator) -> Tensor {
    var numbers = (0..<count).map { Int64($0) }
    for i in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(i, generator.uniform(below: i + 1))
    }
    return Tensor(numbers)
  }
}
