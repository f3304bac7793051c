import TestSupport
import Testing

@testable import Tensors

/// A function whose derivatives are compared with finite differences.
struct GradientCase: Sendable, CustomTestStringConvertible {
  let name: String
  let inputs: [Tensor]
  let order: Int
  let function: @Sendable ([Tensor]) -> Tensor

  /// A case.
  ///
  /// - Parameters:
  ///   - name: Name of the function.
  ///   - inputs: Where it is differentiated.
  ///   - order: 2 where second derivatives exist.
  ///   - function: The function.
  init(
    _ name: String, _ inputs: [Tensor], order: Int = 2,
    _ function: @escaping @Sendable ([Tensor]) -> Tensor
  ) {
    self.name = name
    self.inputs = inputs
    self.order = order
    self.function = function
  }

  var testDescription: String { name }

  var errors: [String] { gradientErrors(of: function, at: inputs, order: order) }
}

/// Normally distributed float64 numbers that depend on the shape and the seed only.
func normal(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
  var generator = SeededGenerator(seed: seed, stream: shape.reduce(7) { $0 &* 31 &+ UInt64($1) })
  return .normal(shape, .float64, using: &generator)
}

/// Uniformly distributed float64 numbers.
func uniform(_ shape: [Int], _ range: Range<Double>, seed: UInt64 = 1) -> Tensor {
  var generator = SeededGenerator(seed: seed, stream: shape.reduce(3) { $0 &* 31 &+ UInt64($1) })
  return .uniform(shape, in: range, .float64, using: &generator)
}

/// float64 numbers in random order, no two nearer than 0.1, none near 0 or 1: for functions with
/// kinks.
func apart(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  let count = shape.reduce(1, *)
  let order = Tensor.permutation(count, using: &generator).converted(to: .float64)
  return ((order - Double(count / 2)) * 0.13 + 0.041).reshaped(shape).copied()
}
