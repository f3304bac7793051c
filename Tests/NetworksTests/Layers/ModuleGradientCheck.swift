import Networks
import Tensors

/// Compares the gradients of a module, with respect to its parameters and inputs, with central
/// differences in float64.
///
/// - Parameters:
///   - network: In float64.
///   - inputs: In float64.
///   - tolerance: Largest difference, relative to the derivative where that is above 1.
///   - call: Computes an output; the same one whenever it is called.
/// - Returns: What disagrees, one line each.
func moduleGradientErrors(
  _ network: some Module, _ inputs: [Tensor], tolerance: Double = 1e-6,
  _ call: ([Tensor]) -> Tensor
) -> [String] {
  func loss(_ inputs: [Tensor]) -> Tensor {
    let output = call(inputs)
    var generator = SeededGenerator(seed: 3)
    return (output * Tensor.normal(output.shape, .float64, using: &generator)).sum()
  }
  let leaves = inputs.map { $0.requiringGradient() }
  let parameters = network.namedParameters
  let found = gradients(
    of: loss(leaves), withRespectTo: leaves + parameters.map(\.parameter.value))
  var errors: [String] = []
  func check(_ name: String, _ values: Tensor, _ gradient: Tensor, _ set: (Tensor) -> Double) {
    let slopes = gradient.array(of: Double.self)
    // Every element of small tensors, some of larger ones.
    for element in stride(from: 0, to: values.count, by: max(1, values.count / 12)) {
      func moved(_ offset: Double) -> Double {
        var copy = values.detached().copied()
        copy.withUnsafeMutableElements(of: Double.self) { $0[element] += offset }
        return set(copy)
      }
      let step = 1e-6
      let difference = (moved(step) - moved(-step)) / (2 * step)
      if !(abs(difference - slopes[element]) <= tolerance * max(1, abs(difference))) {
        errors.append("\(name)[\(element)]: \(slopes[element]), differences give \(difference)")
      }
    }
  }
  for i in inputs.indices {
    check("input \(i)", inputs[i], found[i]) { moved in
      var changed = inputs
      changed[i] = moved
      return loss(changed).item(of: Double.self)
    }
  }
  for (i, (name, parameter)) in parameters.enumerated() {
    let before = parameter.value.copied()
    check(name, before, found[inputs.count + i]) { moved in
      parameter.value = moved
      defer { parameter.value = before }
      return loss(inputs).item(of: Double.self)
    }
  }
  return errors
}

/// A random input in float64 without elements near a kink at 0.
func sample(_ shape: [Int], seed: UInt64 = 1) -> Tensor {
  var generator = SeededGenerator(seed: seed)
  let x = Tensor.normal(shape, .float64, using: &generator)
  return x + x.sign() * 0.05
}
