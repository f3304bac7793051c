import Networks
import Tensors

extension Module {
  /// Draws all values, so that no normalisation is the identity, and switches to evaluation.
  func withUnevenState() -> Self {
    initialized(seed: 1)
    var generator = SeededGenerator(seed: 2)
    for (name, buffer) in namedBuffers where name.contains("running") {
      buffer.value = .uniform(buffer.shape, in: 0.5..<1.5, using: &generator)
    }
    for parameter in parameters where parameter.shape.count == 1 {
      parameter.value = .uniform(parameter.shape, in: 0.5..<1.5, using: &generator)
    }
    evaluate()
    return self
  }
}
