import Foundation
public import Tensors

/// Compares the gradients of a function with central differences in float64.
///
/// The function's elements are summed with fixed random weights first. The error of a central
/// difference is about step^2 plus rounding / step: below 1e-8 with a step of 1e-6 for functions of
/// moderate curvature.
///
/// - Parameters:
///   - function: Differentiable where it is checked.
///   - inputs: Its inputs; those of float64 are checked.
///   - order: 1, or 2 for second derivatives as well.
///   - tolerance: Largest difference, relative to the derivative where that is above 1.
/// - Returns: What disagrees, one line each; empty when all is well.
public func gradientErrors(
  of function: ([Tensor]) -> Tensor, at inputs: [Tensor], order: Int = 1, tolerance: Double = 1e-6
) -> [String] {
  var errors = differenceErrors(
    of: { weighted(function($0), stream: 0) }, at: inputs, tolerance: tolerance)
  if order >= 2 {
    errors += differenceErrors(
      of: { directional(function, $0) }, at: inputs, tolerance: tolerance
    ).map { "second derivative, " + $0 }
  }
  return errors
}

/// The sum of the elements with random weights.
private func weighted(_ tensor: Tensor, stream: UInt64) -> Tensor {
  var generator = SeededGenerator(seed: 20, stream: stream)
  return (tensor * Tensor.normal(tensor.shape, .float64, using: &generator)).sum()
}

/// The first derivatives with random weights, recorded.
private func directional(_ function: ([Tensor]) -> Tensor, _ inputs: [Tensor]) -> Tensor {
  let leaves = inputs.map {
    $0.elementType == .float64 && !$0.requiresGradient ? $0.requiringGradient() : $0
  }
  let checked = leaves.filter { $0.elementType == .float64 }
  let found = gradients(
    of: weighted(function(leaves), stream: 0), withRespectTo: checked, recording: true)
  var sum = Tensor([0.0], shape: [])
  for (i, gradient) in found.enumerated() { sum += weighted(gradient, stream: UInt64(i + 1)) }
  return sum
}

private func differenceErrors(
  of function: ([Tensor]) -> Tensor, at inputs: [Tensor], tolerance: Double
) -> [String] {
  let leaves = inputs.map { $0.elementType == .float64 ? $0.requiringGradient() : $0 }
  let checked = leaves.indices.filter { leaves[$0].elementType == .float64 }
  let output = function(leaves)
  // A linear function has no recorded second derivative: it is zero.
  let found =
    output.requiresGradient
    ? gradients(of: output, withRespectTo: checked.map { leaves[$0] })
    : checked.map { leaves[$0].detached().copied() * 0 }
  let step = 1e-6
  var errors: [String] = []
  for (place, i) in checked.enumerated() {
    if found[place].shape != inputs[i].shape {
      errors.append("input \(i): shape \(found[place].shape) instead of \(inputs[i].shape)")
      continue
    }
    let gradient = found[place].array(of: Double.self)
    for element in 0..<inputs[i].count {
      func value(_ offset: Double) -> Double {
        var moved = inputs
        moved[i].withUnsafeMutableElements(of: Double.self) { $0[element] += offset }
        return function(moved).item()
      }
      let difference = (value(step) - value(-step)) / (2 * step)
      if !(abs(difference - gradient[element]) <= tolerance * max(1, abs(difference))) {
        errors.append(
          "input \(i), element \(element): \(gradient[element]), differences give \(difference)")
      }
    }
  }
  return errors
}
