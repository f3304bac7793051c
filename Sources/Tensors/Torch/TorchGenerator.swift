internal import CTorch

/// A generator of random numbers inside libtorch, for operators that draw there (dropout,
/// sampling).
///
/// Tensors of random numbers are made with ``SeededGenerator`` instead, whose sequence is the same
/// on every device.
public final class TorchGenerator: @unchecked Sendable {
  let pointer: OpaquePointer

  /// A generator at the start of its sequence.
  ///
  /// - Parameters:
  ///   - seed: Seed of the sequence.
  ///   - device: Where the numbers are drawn.
  /// - Throws: ``TensorError/noDevice(_:available:)``.
  public init(seed: UInt64, device: Device = .cpu) throws(TensorError) {
    try TorchLibrary.load()
    try device.requireAvailable()
    var result: OpaquePointer?
    try TorchLibrary.check(
      TorchLibrary.table.pointee.generator_create(
        Int32(device.kind), Int32(device.index), seed, &result), "random generator")
    guard let result else {
      throw .operationFailed(operation: "random generator", reason: "the runtime made none")
    }
    pointer = result
  }

  deinit { TorchLibrary.table.pointee.generator_release(pointer) }

  /// Where the generator stands in its sequence, as bytes that ``restore(_:)`` accepts.
  ///
  /// - Returns: The state, `[K]` UInt8.
  public func state() -> Tensor {
    var result: OpaquePointer?
    TorchLibrary.demand(
      TorchLibrary.table.pointee.generator_state(pointer, &result), "generator state")
    guard let result else { stop("generator state: the runtime gave none") }
    return Tensor(owning: result)
  }

  /// Continues where another generator stood.
  ///
  /// - Parameter state: From ``state()``.
  /// - Throws: ``TensorError/operationFailed(operation:reason:)`` when the bytes are no state.
  public func restore(_ state: Tensor) throws(TensorError) {
    try TorchLibrary.check(
      TorchLibrary.table.pointee.generator_set_state(pointer, state.handle), "generator state")
  }
}
