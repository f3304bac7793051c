/// Summaries along one axis: short forms of those along several.
extension Tensor {
  /// Sums along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func sum(axis: Int, keepDims: Bool = false) -> Tensor {
    sum(axes: [axis], keepDims: keepDims)
  }

  /// Means of real numbers along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func mean(axis: Int, keepDims: Bool = false) -> Tensor {
    mean(axes: [axis], keepDims: keepDims)
  }

  /// Smallest elements; NaN where there is one, along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func min(axis: Int, keepDims: Bool = false) -> Tensor {
    min(axes: [axis], keepDims: keepDims)
  }

  /// Largest elements; NaN where there is one, along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor {
    max(axes: [axis], keepDims: keepDims)
  }

  /// Variances of real numbers along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - correction: What is subtracted from the number of elements in the divisor; 1 is the
  ///     unbiased estimate.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func variance(axis: Int, correction: Int = 1, keepDims: Bool = false) -> Tensor {
    variance(axes: [axis], correction: correction, keepDims: keepDims)
  }

  /// Standard deviations of real numbers along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - correction: What is subtracted from the number of elements in the divisor; 1 is the
  ///     unbiased estimate.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func standardDeviation(axis: Int, correction: Int = 1, keepDims: Bool = false) -> Tensor {
    standardDeviation(axes: [axis], correction: correction, keepDims: keepDims)
  }

  /// Vector norms along an axis.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - order: 2 is the Euclidean norm, 1 the sum, infinity the largest absolute value.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func norm(axis: Int, order: Double = 2, keepDims: Bool = false) -> Tensor {
    norm(axes: [axis], order: order, keepDims: keepDims)
  }
}
