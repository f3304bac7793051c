/// Choosing elements by tensors of indices.
extension Tensor {
  /// Slices of an axis in the order of `indices`.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: `[K]` Int64 or Int32, each inside the axis.
  /// - Returns: This shape with length K at `axis`.
  public func selected(axis: Int, at indices: Tensor) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "selected")
    require(
      indices.rank <= 1, "selected: indices of shape \(indices.shape) are not a vector")
    return ATen.indexSelect(.tensor(self), .int(place), .tensor(indices))
  }

  /// For each place of `indices` the element of the same place whose index along `axis` is given
  /// there.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: Int64, of this rank, no longer than this tensor along the other axes.
  /// - Returns: A tensor of the indices' shape.
  public func gathered(axis: Int, at indices: Tensor) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "gathered")
    require(
      indices.rank == rank
        && shape.indices.allSatisfy { $0 == place || indices.shape[$0] <= shape[$0] },
      "gathered: indices of shape \(indices.shape) do not fit the shape \(shape)")
    return ATen.gather(.tensor(self), .int(place), .tensor(indices))
  }

  /// This tensor with `source` added at the places that `indices` name along `axis`.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: Int64, of this rank.
  ///   - source: Values, at least as long as the indices along every axis.
  /// - Returns: A new tensor of this shape.
  public func scatterAdded(axis: Int, at indices: Tensor, _ source: Tensor) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "scatterAdded")
    require(
      indices.rank == rank && source.rank == rank,
      "scatterAdded: indices \(indices.shape) and values \(source.shape) do not fit \(shape)")
    return ATen.scatterAdd(.tensor(self), .int(place), .tensor(indices), .tensor(source))
  }

  /// The indices of all elements that are not zero (or true).
  ///
  /// - Returns: `[K, rank]` Int64, in row-major order.
  public func nonzero() -> Tensor { ATen.nonzero(.tensor(self)) }
}

extension ATen {
  static let indexSelect = TorchOperator("aten::index_select")
  static let gather = TorchOperator("aten::gather")
  static let scatterAdd = TorchOperator("aten::scatter_add")
  static let nonzero = TorchOperator("aten::nonzero")
}
