/// Distinct values, counts and places in sorted sequences.
extension Tensor {
  /// The indices that bring an axis into order; equal elements keep theirs.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - descending: Whether the largest come first.
  /// - Returns: Int64, of this shape.
  public func argSorted(axis: Int = -1, descending: Bool = false) -> Tensor {
    sorted(axis: axis, descending: descending).indices
  }

  /// The distinct elements in ascending order.
  ///
  /// - Returns: The elements `[K]`, for each element of this tensor its place among them (Int64, of
  ///   this shape), and how often each comes (`[K]` Int64).
  public func unique() -> (values: Tensor, inverse: Tensor, counts: Tensor) {
    let results = ATen.unique.results(.tensor(self), .bool(true), .bool(true), .bool(true))
    return (results[0], results[1], results[2])
  }

  /// The distinct slices of an axis in ascending order.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: The slices, for each slice of this tensor its place among them (Int64), and how
  ///   often each comes (Int64).
  public func unique(axis: Int) -> (values: Tensor, inverse: Tensor, counts: Tensor) {
    let place = Shapes.axis(axis, of: shape, "unique")
    let results = ATen.uniqueSlices.results(
      .tensor(self), .int(place), .bool(true), .bool(true), .bool(true))
    return (results[0], results[1], results[2])
  }

  /// How often each whole number from 0 comes.
  ///
  /// - Parameters:
  ///   - atLeast: Smallest length of the result.
  ///   - weights: What each element counts; of this shape. 1 when left out.
  /// - Returns: `[max(largest + 1, atLeast)]`, Int64, or of the weights' type.
  public func binCount(atLeast: Int = 0, weights: Tensor? = nil) -> Tensor {
    require(
      rank == 1 && !elementType.isFloatingPoint && atLeast >= 0,
      "binCount: elements of \(elementType) and shape \(shape) are not a vector of whole numbers")
    if let weights { requireSameShape("binCount", weights) }
    return ATen.binCount(.tensor(self), .optional(weights), .int(atLeast))
  }

  /// How many elements lie in bins of equal width; what lies outside is not counted.
  ///
  /// - Parameters:
  ///   - bins: Number of bins.
  ///   - range: Where the bins lie; the upper bound belongs to the last one.
  /// - Returns: `[bins]`, of this tensor's type.
  public func histogram(bins: Int, in range: ClosedRange<Double>) -> Tensor {
    require(
      bins >= 1 && range.lowerBound < range.upperBound && elementType.isFloatingPoint,
      "histogram: \(bins) bins in \(range) for elements of \(elementType)")
    return ATen.histogram(
      .tensor(self), .int(bins), .double(range.lowerBound), .double(range.upperBound))
  }

  /// Where elements belong in this ascending sequence.
  ///
  /// - Parameters:
  ///   - values: The elements; axes before the last as here, or any shape for a single sequence.
  ///   - right: Whether an element belongs behind equal ones instead of before them.
  /// - Returns: Int64, of the elements' shape, from 0 to the sequence's length.
  public func searchSorted(_ values: Tensor, right: Bool = false) -> Tensor {
    require(
      rank >= 1 && (rank == 1 || shape.dropLast() == values.shape.dropLast()),
      "searchSorted: elements of shape \(values.shape) for sequences of shape \(shape)")
    return ATen.searchSorted(.tensor(self), .tensor(values), .bool(false), .bool(right))
  }
}

extension ATen {
  static let unique = TorchOperator("aten::_unique2")
  static let uniqueSlices = TorchOperator("aten::unique_dim")
  static let binCount = TorchOperator("aten::bincount")
  static let histogram = TorchOperator("aten::histc")
  static let searchSorted = TorchOperator("aten::searchsorted", "Tensor")
}
