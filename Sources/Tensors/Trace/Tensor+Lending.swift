internal import CTorch

/// Tensors over memory with a layout of its own.
extension Tensor {
  /// A tensor of libtorch over memory that somebody else owns, which everybody may write to.
  ///
  /// - Parameters:
  ///   - memory: Where the first element lies.
  ///   - shape: Lengths of the axes.
  ///   - strides: Distance in elements from one index of each axis to the next.
  ///   - elementType: Type of the elements.
  ///   - owner: Kept as long as the tensor is.
  package init(
    lending memory: UnsafeMutableRawPointer, shape: [Int], strides: [Int],
    elementType: ElementType, owner: AnyObject
  ) {
    var result: OpaquePointer?
    let status = shape.map(Int64.init).withUnsafeBufferPointer { sizes in
      strides.map(Int64.init).withUnsafeBufferPointer { steps in
        TorchLibrary.table.pointee.tensor_from_memory(
          memory, sizes.baseAddress, steps.baseAddress, Int32(shape.count), elementType.torchCode,
          { context in if let context { Unmanaged<AnyObject>.fromOpaque(context).release() } },
          Unmanaged.passRetained(owner).toOpaque(), &result)
      }
    }
    TorchLibrary.demand(status, "tensor of shape \(shape)")
    guard let result else { stop("tensor of shape \(shape): the runtime made none") }
    self.init(owning: result)
  }

  /// Writes the elements of another tensor of this shape into this one's memory, whatever its
  /// layout and type.
  package func overwrite(with other: Tensor) {
    ATen.copyInto.perform(.tensor(self), .tensor(other))
  }
}
