/// Further functions of single elements; integers become float32 first where the result has
/// fractions.
extension Tensor {
  /// Powers of 2.
  public func exp2() -> Tensor { ATen.exp2(.tensor(self)) }

  /// Logarithms to base 2.
  public func log2() -> Tensor { ATen.log2(.tensor(self)) }

  /// Logarithms to base 10.
  public func log10() -> Tensor { ATen.log10(.tensor(self)) }

  /// One divided by the element.
  public func reciprocal() -> Tensor { ATen.reciprocal(.tensor(self)) }

  /// Hyperbolic sines.
  public func sinh() -> Tensor { ATen.sinh(.tensor(self)) }

  /// Hyperbolic cosines.
  public func cosh() -> Tensor { ATen.cosh(.tensor(self)) }

  /// Inverse hyperbolic sines.
  public func asinh() -> Tensor { ATen.asinh(.tensor(self)) }

  /// Inverse hyperbolic cosines; NaN below 1.
  public func acosh() -> Tensor { ATen.acosh(.tensor(self)) }

  /// Inverse hyperbolic tangents; NaN outside [-1, 1].
  public func atanh() -> Tensor { ATen.atanh(.tensor(self)) }

  /// The error function.
  public func erf() -> Tensor { ATen.erf(.tensor(self)) }

  /// One minus the error function, exact for large elements.
  public func erfc() -> Tensor { ATen.erfc(.tensor(self)) }

  /// The inverse of the error function; NaN outside [-1, 1].
  public func erfinv() -> Tensor { ATen.erfinv(.tensor(self)) }

  /// Logarithms of the absolute value of the gamma function.
  public func logGamma() -> Tensor { ATen.logGamma(.tensor(self)) }

  /// The derivative of ``logGamma()``.
  public func digamma() -> Tensor { ATen.digamma(.tensor(self)) }

  /// The elements without their fraction.
  public func trunc() -> Tensor { ATen.trunc(.tensor(self)) }

  /// The fraction, with the element's sign.
  public func fraction() -> Tensor { ATen.fraction(.tensor(self)) }

  /// The elements with numbers in place of NaN and infinities.
  ///
  /// - Parameters:
  ///   - nan: In place of NaN.
  ///   - positive: In place of infinity; the largest number when left out.
  ///   - negative: In place of minus infinity; the smallest number when left out.
  /// - Returns: A tensor of this shape.
  public func nanReplaced(
    _ nan: Double = 0, positive: Double? = nil, negative: Double? = nil
  ) -> Tensor {
    ATen.nanToNum(
      .tensor(self), .double(nan), positive.map { .double($0) } ?? .none,
      negative.map { .double($0) } ?? .none)
  }

  /// The length of the vector (x, y), without overflow on the way.
  ///
  /// - Parameter other: The other coordinates.
  /// - Returns: A tensor of the common shape.
  public func hypot(_ other: Tensor) -> Tensor {
    Shapes.requireBroadcast("hypot", shape, other.shape)
    return ATen.hypot(.tensor(self), .tensor(other))
  }

  /// `log(exp(x) + exp(y))`, without overflow.
  ///
  /// - Parameter other: The y.
  /// - Returns: A tensor of the common shape.
  public func logAddExp(_ other: Tensor) -> Tensor {
    Shapes.requireBroadcast("logAddExp", shape, other.shape)
    return ATen.logAddExp(.tensor(self), .tensor(other))
  }

  /// The remainder of the division rounded down: it has the divisor's sign.
  ///
  /// - Parameter divisor: The divisor.
  /// - Returns: A tensor of this shape.
  public func remainder(_ divisor: some TensorScalar) -> Tensor {
    ATen.remainderScalar(.tensor(self), divisor.scalar.argument)
  }

  /// The remainder of the division rounded down: it has the divisor's sign.
  ///
  /// - Parameter divisor: The divisors.
  /// - Returns: A tensor of the common shape.
  public func remainder(_ divisor: Tensor) -> Tensor {
    Shapes.requireBroadcast("remainder", shape, divisor.shape)
    return ATen.remainder(.tensor(self), .tensor(divisor))
  }

  /// The quotient rounded down; integers stay integers.
  ///
  /// - Parameter divisor: The divisor; not 0 for integers.
  /// - Returns: A tensor of this shape.
  public func floorDivided(by divisor: some TensorScalar) -> Tensor {
    require(
      elementType.isFloatingPoint || divisor.scalar.double != 0,
      "floorDivided: integers cannot be divided by 0")
    return ATen.divideRounded(
      .tensor(self), .tensor(.full([], divisor, scalarType(divisor.scalar)).beside(self)),
      .string("floor"))
  }

  /// Elements on the way from this tensor (weight 0) to another (weight 1).
  ///
  /// - Parameters:
  ///   - other: Where the way leads.
  ///   - weight: How far along it.
  /// - Returns: A tensor of the common shape.
  public func interpolated(towards other: Tensor, weight: Double) -> Tensor {
    Shapes.requireBroadcast("interpolated", shape, other.shape)
    return ATen.lerp(.tensor(self), .tensor(other), .double(weight))
  }

  private func scalarType(_ scalar: Scalar) -> ElementType {
    if case .real = scalar, !elementType.isFloatingPoint { return .float32 }
    return elementType
  }
}

extension ATen {
  static let exp2 = TorchOperator("aten::exp2")
  static let log2 = TorchOperator("aten::log2")
  static let log10 = TorchOperator("aten::log10")
  static let reciprocal = TorchOperator("aten::reciprocal")
  static let sinh = TorchOperator("aten::sinh")
  static let cosh = TorchOperator("aten::cosh")
  static let asinh = TorchOperator("aten::asinh")
  static let acosh = TorchOperator("aten::acosh")
  static let atanh = TorchOperator("aten::atanh")
  static let erf = TorchOperator("aten::erf")
  static let erfc = TorchOperator("aten::erfc")
  static let erfinv = TorchOperator("aten::erfinv")
  static let logGamma = TorchOperator("aten::lgamma")
  static let digamma = TorchOperator("aten::digamma")
  static let trunc = TorchOperator("aten::trunc")
  static let fraction = TorchOperator("aten::frac")
  static let nanToNum = TorchOperator("aten::nan_to_num")
  static let hypot = TorchOperator("aten::hypot")
  static let logAddExp = TorchOperator("aten::logaddexp")
  static let remainder = TorchOperator("aten::remainder", "Tensor")
  static let remainderScalar = TorchOperator("aten::remainder", "Scalar")
  static let divideRounded = TorchOperator("aten::div", "Tensor_mode")
  static let lerp = TorchOperator("aten::lerp", "Scalar")
}
