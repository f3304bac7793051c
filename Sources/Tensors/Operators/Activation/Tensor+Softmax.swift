/// Probabilities from scores.
extension Tensor {
  /// Probabilities along an axis: `exp(x / temperature)` over its sum.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - temperature: Above 0; below 1 sharpens, above 1 flattens.
  /// - Returns: A tensor of this shape whose sums along the axis are 1.
  public func softmax(axis: Int = -1, temperature: Double = 1) -> Tensor {
    ATen.softmax(.tensor(scores("softmax", temperature)), place(axis, "softmax"))
  }

  /// Logarithms of ``softmax(axis:temperature:)``, exact where probabilities are tiny.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - temperature: Above 0.
  /// - Returns: A tensor of this shape.
  public func logSoftmax(axis: Int = -1, temperature: Double = 1) -> Tensor {
    ATen.logSoftmax(.tensor(scores("logSoftmax", temperature)), place(axis, "logSoftmax"))
  }

  /// Probabilities that are largest for the smallest elements.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - temperature: Above 0.
  /// - Returns: A tensor of this shape whose sums along the axis are 1.
  public func softmin(axis: Int = -1, temperature: Double = 1) -> Tensor {
    ATen.softmax(.tensor(-scores("softmin", temperature)), place(axis, "softmin"))
  }

  /// Logarithms of sums of exponentials, without overflow.
  ///
  /// - Parameters:
  ///   - axis: The axis.
  ///   - keepDims: Whether the axis stays with length 1.
  /// - Returns: One value for each place along the other axes.
  public func logSumExp(axis: Int, keepDims: Bool = false) -> Tensor {
    ATen.logSumExp(
      .tensor(self), .ints([Shapes.axis(axis, of: shape, "logSumExp")]), .bool(keepDims))
  }

  private func place(_ axis: Int, _ operation: String) -> TorchArgument {
    .int(Shapes.axis(axis, of: shape, operation))
  }

  private func scores(_ operation: String, _ temperature: Double) -> Tensor {
    require(
      elementType.isFloatingPoint && temperature > 0,
      "\(operation): elements of \(elementType) with temperature \(temperature)")
    return temperature == 1 ? self : self / temperature
  }
}

extension ATen {
  static let softmax = TorchOperator("aten::softmax", "int")
  static let logSoftmax = TorchOperator("aten::log_softmax", "int")
  static let logSumExp = TorchOperator("aten::logsumexp")
}
