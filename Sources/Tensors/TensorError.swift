/// Why a tensor operation could not be done, for reasons that lie outside the program.
public enum TensorError: Error, Equatable, CustomStringConvertible {
  /// The shared library with the tensor runtime could not be opened.
  case libraryMissing(path: String, reason: String)
  /// The device does not exist or this libtorch cannot use it.
  case noDevice(Device, available: String)
  /// The memory for a result could not be had.
  case outOfMemory(operation: String, reason: String)
  /// libtorch refused an operation.
  case operationFailed(operation: String, reason: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .libraryMissing(let path, let reason):
      """
      cannot open the tensor runtime \(path): \(reason). It is built with the package and lies \
      beside its programs; \
      the variable \(TorchLibrary.pathVariable) may name another build
      """
    case .noDevice(let device, let available):
      "there is no device \(device); available: \(available)"
    case .outOfMemory(let operation, let reason):
      "\(operation): not enough memory: \(reason)"
    case .operationFailed(let operation, let reason):
      "\(operation): \(reason)"
    }
  }
}
