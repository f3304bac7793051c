public import Tensors

/// A rule for the first values of a parameter.
public struct Initializer: Sendable {
  /// Whether the values are random.
  public let isRandom: Bool
  private let make: @Sendable ([Int], ElementType, inout SeededGenerator) -> Tensor

  /// A rule.
  ///
  /// - Parameters:
  ///   - isRandom: Whether it draws from the generator.
  ///   - make: Makes values of a shape and an element type, float32 or float64, in memory of their
  ///     own.
  public init(
    isRandom: Bool = true,
    _ make:
      @escaping @Sendable (
        _ shape: [Int], _ elementType: ElementType, _ generator: inout SeededGenerator
      ) -> Tensor
  ) {
    self.isRandom = isRandom
    self.make = make
  }

  /// Values for a parameter.
  ///
  /// - Parameters:
  ///   - shape: Lengths of its axes.
  ///   - elementType: Type of the elements.
  ///   - generator: Source of the random numbers.
  /// - Returns: A tensor of `shape` whose memory nobody else uses.
  public func values(
    _ shape: [Int], elementType: ElementType = .float32, using generator: inout SeededGenerator
  ) -> Tensor {
    let isDrawn = elementType == .float32 || elementType == .float64
    return make(shape, isDrawn ? elementType : .float32, &generator).converted(to: elementType)
  }

  /// Every value 0.
  public static let zeros = constant(0)

  /// Every value 1.
  public static let ones = constant(1)

  /// Every value the same.
  ///
  /// - Parameter value: The value.
  /// - Returns: The rule.
  public static func constant(_ value: Double) -> Initializer {
    Initializer(isRandom: false) { shape, elementType, _ in
      .full(shape, value, elementType)
    }
  }

  /// Normally distributed values.
  ///
  /// - Parameters:
  ///   - mean: Their mean.
  ///   - standardDeviation: Their standard deviation; small, 0.01, by default.
  /// - Returns: The rule.
  public static func normal(
    mean: Double = 0, standardDeviation: Double = 0.01
  ) -> Initializer {
    Initializer { shape, elementType, generator in
      .normal(
        shape, mean: mean, standardDeviation: standardDeviation, elementType, using: &generator)
    }
  }

  /// Uniformly distributed values.
  ///
  /// - Parameter range: Lowest value, and the bound that is not reached.
  /// - Returns: The rule.
  public static func uniform(_ range: Range<Double>) -> Initializer {
    Initializer { shape, elementType, generator in
      .uniform(shape, in: range, elementType, using: &generator)
    }
  }
}
