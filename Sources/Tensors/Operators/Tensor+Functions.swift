/// Functions of single elements; integers become float32 first where the result has fractions.
extension Tensor {
  /// Absolute values.
  public func abs() -> Tensor { ATen.abs(.tensor(self)) }

  /// The exponential function.
  public func exp() -> Tensor { ATen.exp(.tensor(self)) }

  /// Natural logarithms; NaN below 0, -infinity at 0.
  public func log() -> Tensor { ATen.log(.tensor(self)) }

  /// Natural logarithms of 1 + x, exact near 0.
  public func log1p() -> Tensor { ATen.log1p(.tensor(self)) }

  /// The exponential function minus 1, exact near 0.
  public func expm1() -> Tensor { ATen.expm1(.tensor(self)) }

  /// Square roots; NaN below 0.
  public func sqrt() -> Tensor { ATen.sqrt(.tensor(self)) }

  /// One divided by the square root.
  public func rsqrt() -> Tensor { ATen.rsqrt(.tensor(self)) }

  /// Squares.
  public func square() -> Tensor { ATen.square(.tensor(self)) }

  /// Sines; radians.
  public func sin() -> Tensor { ATen.sin(.tensor(self)) }

  /// Cosines; radians.
  public func cos() -> Tensor { ATen.cos(.tensor(self)) }

  /// Tangents; radians.
  public func tan() -> Tensor { ATen.tan(.tensor(self)) }

  /// Arc sines, radians; NaN outside [-1, 1].
  public func asin() -> Tensor { ATen.asin(.tensor(self)) }

  /// Arc cosines, radians; NaN outside [-1, 1].
  public func acos() -> Tensor { ATen.acos(.tensor(self)) }

  /// Arc tangents, radians.
  public func atan() -> Tensor { ATen.atan(.tensor(self)) }

  /// Hyperbolic tangents.
  public func tanh() -> Tensor { ATen.tanh(.tensor(self)) }

  /// The logistic function 1 / (1 + exp(-x)).
  public func sigmoid() -> Tensor { ATen.sigmoid(.tensor(self)) }

  /// The elements, or 0 where they are negative.
  public func relu() -> Tensor { ATen.relu(.tensor(self)) }

  /// The next whole number at or below.
  public func floor() -> Tensor { ATen.floor(.tensor(self)) }

  /// The next whole number at or above.
  public func ceil() -> Tensor { ATen.ceil(.tensor(self)) }

  /// The nearest whole number, ties to even.
  public func round() -> Tensor { ATen.round(.tensor(self)) }

  /// -1, 0 or 1 by the sign.
  public func sign() -> Tensor { ATen.sign(.tensor(self)) }

  /// Where an element is not a number; Bool.
  public func isNaN() -> Tensor { ATen.isNaN(.tensor(self)) }

  /// Where an element is infinite; Bool.
  public func isInfinite() -> Tensor { ATen.isInfinite(.tensor(self)) }

  /// Where an element is a finite number; Bool.
  public func isFinite() -> Tensor { ATen.isFinite(.tensor(self)) }

  /// The angle of the point (x, y) with the x axis, in (-pi, pi]; this tensor holds y.
  ///
  /// - Parameter x: The other coordinates.
  /// - Returns: Radians, in the common shape.
  public func atan2(_ x: Tensor) -> Tensor {
    Shapes.requireBroadcast("atan2", shape, x.shape)
    return ATen.atan2(.tensor(self), .tensor(x))
  }
}

extension ATen {
  static let abs = TorchOperator("aten::abs")
  static let exp = TorchOperator("aten::exp")
  static let log = TorchOperator("aten::log")
  static let log1p = TorchOperator("aten::log1p")
  static let expm1 = TorchOperator("aten::expm1")
  static let sqrt = TorchOperator("aten::sqrt")
  static let rsqrt = TorchOperator("aten::rsqrt")
  static let square = TorchOperator("aten::square")
  static let sin = TorchOperator("aten::sin")
  static let cos = TorchOperator("aten::cos")
  static let tan = TorchOperator("aten::tan")
  static let asin = TorchOperator("aten::asin")
  static let acos = TorchOperator("aten::acos")
  static let atan = TorchOperator("aten::atan")
  static let tanh = TorchOperator("aten::tanh")
  static let sigmoid = TorchOperator("aten::sigmoid")
  static let relu = TorchOperator("aten::relu")
  static let floor = TorchOperator("aten::floor")
  static let ceil = TorchOperator("aten::ceil")
  static let round = TorchOperator("aten::round")
  static let sign = TorchOperator("aten::sign")
  static let isNaN = TorchOperator("aten::isnan")
  static let isInfinite = TorchOperator("aten::isinf")
  static let isFinite = TorchOperator("aten::isfinite")
  static let atan2 = TorchOperator("aten::atan2")
}
