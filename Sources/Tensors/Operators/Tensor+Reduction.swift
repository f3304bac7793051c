/// Summaries over all elements or along axes.
///
/// Everywhere: `axes` left out means all of them; negative axes count from the back; `keepDims`
/// keeps the axes that are summarised with length 1. `axis:` is short for one axis.
extension Tensor {
  /// Sums; booleans and integers add up as Int64.
  ///
  /// - Parameters:
  ///   - axes: Axes to sum over.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The sums; 0 where there is nothing to add.
  public func sum(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    ATen.sum(.tensor(self), axesArgument(axes, "sum"), .bool(keepDims))
  }

  /// Means of real numbers.
  ///
  /// - Parameters:
  ///   - axes: Axes to average over.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The means; NaN where there is nothing to average.
  public func mean(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    requireReal("mean")
    return ATen.mean(.tensor(self), axesArgument(axes, "mean"), .bool(keepDims))
  }

  /// Variances of real numbers.
  ///
  /// - Parameters:
  ///   - axes: Axes to take together.
  ///   - correction: What is subtracted from the number of elements in the divisor; 1 is the
  ///     unbiased estimate.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The variances.
  public func variance(axes: [Int]? = nil, correction: Int = 1, keepDims: Bool = false) -> Tensor {
    requireReal("variance")
    return ATen.variance(
      .tensor(self), axesArgument(axes, "variance"), .int(correction), .bool(keepDims))
  }

  /// Standard deviations of real numbers.
  ///
  /// - Parameters:
  ///   - axes: Axes to take together.
  ///   - correction: What is subtracted from the number of elements in the divisor; 1 is the
  ///     unbiased estimate.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The standard deviations.
  public func standardDeviation(
    axes: [Int]? = nil, correction: Int = 1, keepDims: Bool = false
  ) -> Tensor {
    requireReal("standardDeviation")
    return ATen.standardDeviation(
      .tensor(self), axesArgument(axes, "standardDeviation"), .int(correction), .bool(keepDims))
  }

  /// Smallest elements; NaN where there is one.
  ///
  /// - Parameters:
  ///   - axes: Axes to search, none empty.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The smallest elements.
  public func min(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    ATen.amin(.tensor(self), searched(axes, "min"), .bool(keepDims))
  }

  /// Largest elements; NaN where there is one.
  ///
  /// - Parameters:
  ///   - axes: Axes to search, none empty.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The largest elements.
  public func max(axes: [Int]? = nil, keepDims: Bool = false) -> Tensor {
    ATen.amax(.tensor(self), searched(axes, "max"), .bool(keepDims))
  }

  /// Indices of the smallest elements.
  ///
  /// - Parameters:
  ///   - axis: Axis to search; all elements in row-major order when left out.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: Int64.
  public func argMin(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    let place = axis.map { Shapes.axis($0, of: shape, "argMin") }
    requireElements(place.map { [$0] } ?? [], "argMin")
    return ATen.argMin(.tensor(self), .optional(place), .bool(keepDims))
  }

  /// Indices of the largest elements.
  ///
  /// - Parameters:
  ///   - axis: Axis to search; all elements in row-major order when left out.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: Int64.
  public func argMax(axis: Int? = nil, keepDims: Bool = false) -> Tensor {
    let place = axis.map { Shapes.axis($0, of: shape, "argMax") }
    requireElements(place.map { [$0] } ?? [], "argMax")
    return ATen.argMax(.tensor(self), .optional(place), .bool(keepDims))
  }

  /// Whether an element is true (or not zero).
  ///
  /// - Returns: Bool, without axes.
  public func any() -> Tensor { ATen.any(.tensor(self)) }

  /// Whether an element along an axis is true (or not zero).
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: Bool.
  public func any(axis: Int, keepDims: Bool = false) -> Tensor {
    ATen.anyAxis(.tensor(self), .int(Shapes.axis(axis, of: shape, "any")), .bool(keepDims))
  }

  /// Whether every element is true (or not zero).
  ///
  /// - Returns: Bool, without axes.
  public func all() -> Tensor { ATen.all(.tensor(self)) }

  /// Whether every element along an axis is true (or not zero).
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: Bool.
  public func all(axis: Int, keepDims: Bool = false) -> Tensor {
    ATen.allAxis(.tensor(self), .int(Shapes.axis(axis, of: shape, "all")), .bool(keepDims))
  }

  /// Vector norms: the `order`-th root of the sum of the `order`-th powers of absolute values.
  ///
  /// - Parameters:
  ///   - axes: Axes to take together.
  ///   - order: 2 is the Euclidean norm, 1 the sum, infinity the largest absolute value.
  ///   - keepDims: Whether these axes stay with length 1.
  /// - Returns: The norms.
  public func norm(axes: [Int]? = nil, order: Double = 2, keepDims: Bool = false) -> Tensor {
    requireReal("norm")
    return ATen.norm(
      .tensor(self), .double(order), axesArgument(axes, "norm"), .bool(keepDims))
  }

  /// Running sums along an axis.
  ///
  /// - Parameter axis: The axis.
  /// - Returns: A tensor of this shape.
  public func cumulativeSum(axis: Int) -> Tensor {
    ATen.cumulativeSum(.tensor(self), .int(Shapes.axis(axis, of: shape, "cumulativeSum")))
  }

  private func axesArgument(_ axes: [Int]?, _ operation: String) -> TorchArgument {
    guard let axes else { return .ints(Array(0..<rank)) }
    // libtorch would take an empty list for all axes.
    require(!axes.isEmpty, "\(operation): the list of axes is empty")
    return .ints(Shapes.axes(axes, of: shape, operation))
  }

  private func searched(_ axes: [Int]?, _ operation: String) -> TorchArgument {
    requireElements(axes.map { Shapes.axes($0, of: shape, operation) } ?? [], operation)
    return axesArgument(axes, operation)
  }

  private func requireElements(_ axes: [Int], _ operation: String) {
    let searched = axes.isEmpty ? Array(0..<rank) : axes.filter { $0 < rank }
    require(
      searched.allSatisfy { shape[$0] > 0 },
      "\(operation): there is nothing to choose from in the shape \(shape)")
  }

  private func requireReal(_ operation: String) {
    require(
      elementType.isFloatingPoint, "\(operation): the elements are \(elementType), not real numbers"
    )
  }
}

extension ATen {
  static let sum = TorchOperator("aten::sum", "dim_IntList")
  static let mean = TorchOperator("aten::mean", "dim")
  static let variance = TorchOperator("aten::var", "correction")
  static let standardDeviation = TorchOperator("aten::std", "correction")
  static let amin = TorchOperator("aten::amin")
  static let amax = TorchOperator("aten::amax")
  static let argMin = TorchOperator("aten::argmin")
  static let argMax = TorchOperator("aten::argmax")
  static let any = TorchOperator("aten::any")
  static let anyAxis = TorchOperator("aten::any", "dim")
  static let all = TorchOperator("aten::all")
  static let allAxis = TorchOperator("aten::all", "dim")
  static let norm = TorchOperator("aten::linalg_vector_norm")
  static let cumulativeSum = TorchOperator("aten::cumsum")
}
