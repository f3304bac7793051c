/// Running summaries along an axis, and products.
extension Tensor {
  /// Running products along an axis.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: A tensor of this shape.
  public func cumulativeProduct(axis: Int) -> Tensor {
    ATen.cumulativeProduct(
      .tensor(self), .int(Shapes.axis(axis, of: shape, "cumulativeProduct")))
  }

  /// The largest element so far along an axis.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: The elements, and the index of each (Int64; the last of equal ones).
  public func cumulativeMax(axis: Int) -> (values: Tensor, indices: Tensor) {
    let results = ATen.cumulativeMax.results(
      .tensor(self), .int(Shapes.axis(axis, of: shape, "cumulativeMax")))
    return (results[0], results[1])
  }

  /// The smallest element so far along an axis.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: The elements, and the index of each (Int64; the last of equal ones).
  public func cumulativeMin(axis: Int) -> (values: Tensor, indices: Tensor) {
    let results = ATen.cumulativeMin.results(
      .tensor(self), .int(Shapes.axis(axis, of: shape, "cumulativeMin")))
    return (results[0], results[1])
  }

  /// Logarithms of running sums of exponentials, without overflow.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: A tensor of this shape.
  public func logCumulativeSumExp(axis: Int) -> Tensor {
    ATen.logCumulativeSumExp(
      .tensor(self), .int(Shapes.axis(axis, of: shape, "logCumulativeSumExp")))
  }

  /// The product of all elements.
  ///
  /// - Returns: A tensor without axes; 1 where there is no element.
  public func product() -> Tensor { ATen.product(.tensor(self)) }

  /// The products along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func product(axis: Int, keepDims: Bool = false) -> Tensor {
    ATen.productAxis(
      .tensor(self), .int(Shapes.axis(axis, of: shape, "product")), .bool(keepDims))
  }

  /// The medians along an axis: of an even number of elements the lower of the middle ones.
  ///
  /// - Parameters:
  ///   - axis: The axis, not empty.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: The elements, and the index of each (Int64).
  public func median(axis: Int, keepDims: Bool = false) -> (values: Tensor, indices: Tensor) {
    let place = Shapes.axis(axis, of: shape, "median")
    require(rank == 0 || shape[place] > 0, "median: axis \(axis) of the shape \(shape) is empty")
    let results = ATen.median.results(.tensor(self), .int(place), .bool(keepDims))
    return (results[0], results[1])
  }

  /// Quantiles along an axis, linear between elements.
  ///
  /// - Parameters:
  ///   - fraction: 0 is the smallest element, 1 the largest.
  ///   - axis: The axis, not empty.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func quantile(_ fraction: Double, axis: Int, keepDims: Bool = false) -> Tensor {
    let place = Shapes.axis(axis, of: shape, "quantile")
    require(
      fraction >= 0 && fraction <= 1 && (rank == 0 || shape[place] > 0),
      "quantile: \(fraction) of axis \(axis) of the shape \(shape)")
    return ATen.quantile(.tensor(self), .double(fraction), .int(place), .bool(keepDims))
  }

  /// How many elements are not zero (or true).
  ///
  /// - Parameter axis: The axis along which they are counted; all elements when left out.
  /// - Returns: Int64.
  public func countNonzero(axis: Int? = nil) -> Tensor {
    (self .!= 0).sum(axes: axis.map { [$0] })
  }
}

extension ATen {
  static let cumulativeProduct = TorchOperator("aten::cumprod")
  static let cumulativeMax = TorchOperator("aten::cummax")
  static let cumulativeMin = TorchOperator("aten::cummin")
  static let logCumulativeSumExp = TorchOperator("aten::logcumsumexp")
  static let product = TorchOperator("aten::prod")
  static let productAxis = TorchOperator("aten::prod", "dim_int")
  static let median = TorchOperator("aten::median", "dim")
  static let quantile = TorchOperator("aten::quantile", "scalar")
}
