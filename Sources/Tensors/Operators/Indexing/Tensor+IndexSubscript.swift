/// Reading and writing at places that tensors of indices or masks name.
extension Tensor {
  /// The elements whose indices are given axis by axis, from the first.
  ///
  /// `x[at: rows, columns]` takes one element for each pair; the tensors of indices are stretched
  /// to a common shape, which takes the place of their axes. nil takes an axis whole. Writing
  /// stretches the new value to the places; where a place is named twice, one of the values stays.
  ///
  /// - Parameter indices: Int64 or Bool; negative indices count from the end.
  public subscript(at indices: Tensor?...) -> Tensor {
    get {
      requireIndices("subscript", indices)
      return ATen.index(.tensor(self), .optionalTensors(indices))
    }
    set {
      requireIndices("subscript", indices)
      self = ATen.indexPut(
        .tensor(self), .optionalTensors(indices), .tensor(newValue), .bool(false))
    }
  }

  /// The elements where a mask is true, as a vector in row-major order.
  ///
  /// Writing stretches the new value to them.
  ///
  /// - Parameter mask: Bool, with this tensor's first axes; the axes behind them stay.
  public subscript(mask mask: Tensor) -> Tensor {
    get {
      requireMask(mask)
      return ATen.index(.tensor(self), .optionalTensors([mask]))
    }
    set {
      requireMask(mask)
      self = ATen.indexPut(
        .tensor(self), .optionalTensors([mask]), .tensor(newValue), .bool(false))
    }
  }

  /// This tensor with another one's elements where a mask is true.
  ///
  /// - Parameters:
  ///   - mask: Bool; can be stretched to this shape.
  ///   - other: Can be stretched to this shape.
  /// - Returns: A tensor of this shape.
  public func masked(_ mask: Tensor, with other: Tensor) -> Tensor {
    require(
      Shapes.broadcast(shape, mask.shape) == shape && Shapes.broadcast(shape, other.shape) == shape,
      """
      masked: a mask of shape \(mask.shape) and elements of shape \(other.shape) do not fit the \
      shape \(shape)
      """)
    return Tensor.where(mask, other, self)
  }

  func requireIndices(_ operation: String, _ indices: [Tensor?]) {
    // A mask stands for as many axes as it has.
    let axes = indices.reduce(0) { $0 + ($1?.elementType == .bool ? $1?.rank ?? 1 : 1) }
    require(
      axes <= rank,
      "\(operation): indices for \(axes) axes of the shape \(shape)")
    var common: [Int] = []
    for case .some(let index) in indices where index.elementType != .bool {
      require(
        !index.elementType.isFloatingPoint,
        "\(operation): indices of \(index.elementType) are no whole numbers")
      guard let next = Shapes.broadcast(common, index.shape) else {
        stop("\(operation): indices of shapes \(common) and \(index.shape) do not fit together")
      }
      common = next
    }
  }

  private func requireMask(_ mask: Tensor) {
    require(
      mask.elementType == .bool && shape.starts(with: mask.shape),
      "subscript: a mask of \(mask.elementType) \(mask.shape) does not fit the shape \(shape)")
  }
}
