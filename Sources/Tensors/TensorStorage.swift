internal import CTorch
import Synchronization

/// What a tensor's copies share: memory on the host, a tensor of libtorch, or both over the same
/// memory.
final class TensorStorage: @unchecked Sendable {
  /// The host memory; nil for a result of libtorch.
  ///
  /// Changed only while the storage has one owner.
  var host: HostStorage?

  /// Where the elements begin in the host memory.
  let byteOffset: Int

  /// The owned handle; made from the host memory when libtorch first needs it.
  private let pointer: Atomic<UnsafeRawPointer?>

  init(host: HostStorage, byteOffset: Int = 0) {
    self.host = host
    self.byteOffset = byteOffset
    self.pointer = Atomic(nil)
  }

  /// Takes over a reference that the runtime gave away.
  init(owning handle: OpaquePointer) {
    self.host = nil
    self.byteOffset = 0
    self.pointer = Atomic(UnsafeRawPointer(handle))
  }

  deinit { dropHandle() }

  /// Start of the elements on the host, for a tensor that is not libtorch's.
  var hostElements: UnsafeMutableRawPointer? { host.map { $0.base + byteOffset } }

  /// The tensor of libtorch, valid as long as the storage; lends the host memory to a new one if
  /// there is none.
  @inline(__always)
  func handle(shape: [Int], elementType: ElementType) -> OpaquePointer {
    if let known = pointer.load(ordering: .acquiring) { return OpaquePointer(known) }
    return lend(shape: shape, elementType: elementType)
  }

  private func lend(shape: [Int], elementType: ElementType) -> OpaquePointer {
    guard let host else { stop("tensor of shape \(shape): neither memory nor handle") }
    let made = Self.lend(host, at: byteOffset, shape: shape, elementType: elementType)
    let (exchanged, original) = pointer.compareExchange(
      expected: nil, desired: UnsafeRawPointer(made), ordering: .acquiringAndReleasing)
    if exchanged { return made }
    // Another thread was faster.
    TorchLibrary.table.pointee.tensor_release(made)
    guard let original else { stop("tensor of shape \(shape): its handle was lost") }
    return OpaquePointer(original)
  }

  /// Ends the loan of the host memory, or gives libtorch's tensor up; the caller is the only owner.
  func dropHandle() {
    if let known = pointer.exchange(nil, ordering: .acquiringAndReleasing) {
      TorchLibrary.table.pointee.tensor_release(OpaquePointer(known))
    }
  }

  /// A tensor of libtorch over host memory, which it keeps alive.
  static func lend(
    _ host: HostStorage, at byteOffset: Int, shape: [Int], elementType: ElementType
  ) -> OpaquePointer {
    var result: OpaquePointer?
    let status = shape.withUnsafeBytes { sizes in
      TorchLibrary.table.pointee.tensor_from_memory(
        host.base + byteOffset, sizes.assumingMemoryBound(to: Int64.self).baseAddress, nil,
        Int32(shape.count), elementType.torchCode,
        { context in
          if let context { Unmanaged<HostStorage>.fromOpaque(context).release() }
        }, Unmanaged.passRetained(host).toOpaque(), &result)
    }
    TorchLibrary.demand(status, "tensor of shape \(shape)")
    guard let result else { stop("tensor of shape \(shape): the runtime made none") }
    return result
  }
}
