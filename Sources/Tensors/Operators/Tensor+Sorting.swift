/// Order along an axis.
extension Tensor {
  /// The elements in ascending or descending order; equal ones keep theirs.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - descending: Whether the largest come first.
  /// - Returns: The elements, and for each its index before (Int64).
  public func sorted(axis: Int = -1, descending: Bool = false) -> (values: Tensor, indices: Tensor)
  {
    let place = Shapes.axis(axis, of: shape, "sorted")
    let results = ATen.sort.results(
      .tensor(self), .bool(true), .int(place), .bool(descending))
    return (results[0], results[1])
  }

  /// The largest or smallest elements, in order.
  ///
  /// - Parameters:
  ///   - count: How many; not more than the axis is long.
  ///   - axis: The axis.
  ///   - largest: Whether the largest or the smallest are wanted.
  /// - Returns: The elements, and for each its index (Int64).
  public func topK(_ count: Int, axis: Int = -1, largest: Bool = true) -> (
    values: Tensor, indices: Tensor
  ) {
    let place = Shapes.axis(axis, of: shape, "topK")
    require(
      count >= 0 && count <= (rank == 0 ? 1 : shape[place]),
      "topK: axis \(axis) of the shape \(shape) has not \(count) elements")
    let results = ATen.topK.results(
      .tensor(self), .int(count), .int(place), .bool(largest), .bool(true))
    return (results[0], results[1])
  }
}

extension ATen {
  static let sort = TorchOperator("aten::sort", "stable")
  static let topK = TorchOperator("aten::topk")
}
