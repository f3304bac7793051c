/// Values put at places that indices name; all results are new tensors.
extension Tensor {
  /// How values that meet at one place are joined.
  public enum ScatterReduction: String, Sendable, CaseIterable {
    /// Their sum.
    case sum
    /// Their product.
    case product = "prod"
    /// Their mean.
    case mean
    /// The smallest.
    case min = "amin"
    /// The largest.
    case max = "amax"
  }

  /// This tensor with values at the places that `indices` name along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: Int64, of this rank; where a place is named twice, one of the values stays.
  ///   - source: Values, at least as long as the indices along every axis.
  /// - Returns: A tensor of this shape.
  public func scattered(axis: Int, at indices: Tensor, _ source: Tensor) -> Tensor {
    let place = scatterAxis("scattered", axis, indices, source)
    return ATen.scatter(.tensor(self), .int(place), .tensor(indices), .tensor(source))
  }

  /// This tensor with a number at the places that `indices` name along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: Int64, of this rank.
  ///   - value: The number.
  /// - Returns: A tensor of this shape.
  public func scattered(axis: Int, at indices: Tensor, _ value: some TensorScalar) -> Tensor {
    let place = scatterAxis("scattered", axis, indices, indices)
    return ATen.scatterValue(
      .tensor(self), .int(place), .tensor(indices), value.scalar.argument)
  }

  /// This tensor with values joined at the places that `indices` name along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: Int64, of this rank.
  ///   - source: Values, at least as long as the indices along every axis.
  ///   - reduction: How values that meet are joined.
  ///   - includingSelf: Whether this tensor's element takes part where values arrive.
  /// - Returns: A tensor of this shape.
  public func scattered(
    axis: Int, at indices: Tensor, _ source: Tensor, joinedBy reduction: ScatterReduction,
    includingSelf: Bool = true
  ) -> Tensor {
    let place = scatterAxis("scattered", axis, indices, source)
    return ATen.scatterReduce(
      .tensor(self), .int(place), .tensor(indices), .tensor(source),
      .string(reduction.rawValue), .bool(includingSelf))
  }

  /// This tensor with slices added to those that `indices` name.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: `[K]` Int64 or Int32; an index may come several times.
  ///   - source: This shape with length K along the axis.
  /// - Returns: A tensor of this shape.
  public func indexAdded(axis: Int, at indices: Tensor, _ source: Tensor) -> Tensor {
    let place = requireSlices("indexAdded", axis, indices, source)
    return ATen.indexAdd(.tensor(self), .int(place), .tensor(indices), .tensor(source))
  }

  /// This tensor with slices in place of those that `indices` name.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: `[K]` Int64, each index once.
  ///   - source: This shape with length K along the axis.
  /// - Returns: A tensor of this shape.
  public func indexReplaced(axis: Int, at indices: Tensor, _ source: Tensor) -> Tensor {
    let place = requireSlices("indexReplaced", axis, indices, source)
    return ATen.indexCopy(.tensor(self), .int(place), .tensor(indices), .tensor(source))
  }

  /// This tensor with a number in the slices that `indices` name.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - indices: `[K]` Int64.
  ///   - value: The number.
  /// - Returns: A tensor of this shape.
  public func indexFilled(axis: Int, at indices: Tensor, _ value: some TensorScalar) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "indexFilled")
    require(
      indices.rank <= 1, "indexFilled: indices of shape \(indices.shape) are not a vector")
    return ATen.indexFill(.tensor(self), .int(place), .tensor(indices), value.scalar.argument)
  }

  /// This tensor with values added at the places that tensors of indices name together, as in
  /// ``subscript(at:)``.
  ///
  /// - Parameters:
  ///   - values: Can be stretched to the shape of the places.
  ///   - indices: One tensor of indices for each of the first axes; nil takes an axis whole.
  /// - Returns: A tensor of this shape.
  public func adding(_ values: Tensor, at indices: [Tensor?]) -> Tensor {
    requireIndices("adding", indices)
    return ATen.indexPut(
      .tensor(self), .optionalTensors(indices), .tensor(values), .bool(true))
  }

  private func scatterAxis(
    _ operation: String, _ axis: Int, _ indices: Tensor, _ source: Tensor
  ) -> Int {
    let place = Shapes.axis(axis, of: shape, operation)
    let fits =
      indices.rank == rank && source.rank == rank
      && shape.indices.allSatisfy {
        indices.shape[$0] <= source.shape[$0] && ($0 == place || indices.shape[$0] <= shape[$0])
      }
    require(
      fits,
      """
      \(operation): indices of shape \(indices.shape) and values of shape \(source.shape) do not \
      fit the shape \(shape)
      """)
    return place
  }

  private func requireSlices(
    _ operation: String, _ axis: Int, _ indices: Tensor, _ source: Tensor
  ) -> Int {
    let place = Shapes.axis(axis, of: shape, operation)
    var expected = shape
    if rank > 0 { expected[place] = indices.count }
    require(
      indices.rank == 1 && source.shape == expected,
      """
      \(operation): indices of shape \(indices.shape) and slices of shape \(source.shape) do not \
      fit the shape \(shape)
      """)
    return place
  }
}

extension ATen {
  static let scatterValue = TorchOperator("aten::scatter", "value")
  static let scatterReduce = TorchOperator("aten::scatter_reduce", "two")
  static let indexAdd = TorchOperator("aten::index_add")
  static let indexCopy = TorchOperator("aten::index_copy")
  static let indexFill = TorchOperator("aten::index_fill", "int_Scalar")
  static let indexPut = TorchOperator("aten::index_put")
}
