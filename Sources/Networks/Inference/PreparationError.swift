public import Tensors

/// Why a network cannot be prepared.
public enum PreparationError: Error, Equatable, CustomStringConvertible {
  /// Only float32 and bfloat16 can be computed in.
  case unsupported(ElementType)
  /// The network reads elements that depend on its input, of a tensor of this shape, so that it
  /// may do something else for other inputs.
  case readsElements(shape: [Int])
  /// The network changes a tensor that depends on its input in place.
  case changesTensor(operation: String)
  /// oneDNN refused an operation.
  case failed(operation: String, reason: String)
  /// The shared library with oneDNN's runtime could not be opened.
  case libraryMissing(path: String, reason: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .unsupported(let elementType):
      "a network can be prepared for float32 or bfloat16, not for \(elementType)"
    case .readsElements(let shape):
      """
      the network reads elements of a tensor of shape \(shape) that depends on its input: what it \
      does then cannot be planned
      """
    case .changesTensor(let operation):
      "the network changes a tensor that depends on its input in place (\(operation))"
    case .failed(let operation, let reason):
      "oneDNN cannot do a \(operation): \(reason)"
    case .libraryMissing(let path, let reason):
      """
      cannot open the runtime of prepared networks \(path): \(reason). It is built with the package \
      and lies beside its programs; the variable PARALLAX_DNN_LIBRARY may name another build
      """
    }
  }
}
