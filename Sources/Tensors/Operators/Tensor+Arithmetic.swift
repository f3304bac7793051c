/// Arithmetic, element by element, with broadcasting.
///
/// Element types follow libtorch: the wider one wins, a real one wins over an integer one, and
/// numbers beside a tensor widen it only from integer to real (to float32). Dividing integers gives
/// float32.
extension Tensor {
  /// Sums of the elements.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast("+", left.shape, right.shape)
    return ATen.add(.tensor(left), .tensor(right))
  }

  /// Sums of the elements and a number.
  public static func + (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.addScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.add(.tensor(left), number)
  }

  /// Sums of a number and the elements.
  public static func + (left: some TensorScalar, right: Tensor) -> Tensor { right + left }

  /// Replaces the left tensor by the sum.
  public static func += (left: inout Tensor, right: Tensor) { left = left + right }

  /// Replaces the left tensor by the sum.
  public static func += (left: inout Tensor, right: some TensorScalar) {
    left = left + right
  }

  /// Differences of the elements.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast("-", left.shape, right.shape)
    return ATen.subtract(.tensor(left), .tensor(right))
  }

  /// Differences of the elements and a number.
  public static func - (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.subtractScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.subtract(.tensor(left), number)
  }

  /// Differences of a number and the elements.
  public static func - (left: some TensorScalar, right: Tensor) -> Tensor {
    guard let number = right.number(left) else {
      return ATen.subtractFromScalar(.tensor(right), left.scalar.argument)
    }
    return ATen.subtract(number, .tensor(right))
  }

  /// Replaces the left tensor by the difference.
  public static func -= (left: inout Tensor, right: Tensor) { left = left - right }

  /// Replaces the left tensor by the difference.
  public static func -= (left: inout Tensor, right: some TensorScalar) {
    left = left - right
  }

  /// Products of the elements.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast("*", left.shape, right.shape)
    return ATen.multiply(.tensor(left), .tensor(right))
  }

  /// Products of the elements and a number.
  public static func * (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.multiplyScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.multiply(.tensor(left), number)
  }

  /// Products of a number and the elements.
  public static func * (left: some TensorScalar, right: Tensor) -> Tensor { right * left }

  /// Replaces the left tensor by the product.
  public static func *= (left: inout Tensor, right: Tensor) { left = left * right }

  /// Replaces the left tensor by the product.
  public static func *= (left: inout Tensor, right: some TensorScalar) {
    left = left * right
  }

  /// Quotients of the elements.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast("/", left.shape, right.shape)
    return ATen.divide(.tensor(left), .tensor(right))
  }

  /// Quotients of the elements and a number.
  public static func / (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.divideScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.divide(.tensor(left), number)
  }

  /// Quotients of a number and the elements.
  public static func / (left: some TensorScalar, right: Tensor) -> Tensor {
    // Not the reciprocal times the number, which would round twice.
    if let number = right.number(left) { return ATen.divide(number, .tensor(right)) }
    let type = right.elementType.isFloatingPoint ? right.elementType : .float32
    return ATen.divide(.tensor(.full([], left, type)), .tensor(right))
  }

  /// Replaces the left tensor by the quotient.
  public static func /= (left: inout Tensor, right: Tensor) { left = left / right }

  /// Replaces the left tensor by the quotient.
  public static func /= (left: inout Tensor, right: some TensorScalar) {
    left = left / right
  }

  /// The elements with the other sign.
  public static prefix func - (tensor: Tensor) -> Tensor { ATen.negative(.tensor(tensor)) }

  /// Powers of the elements.
  ///
  /// - Parameter exponent: The exponents.
  /// - Returns: A tensor of the common shape.
  public func pow(_ exponent: Tensor) -> Tensor {
    Shapes.requireBroadcast("pow", shape, exponent.shape)
    return ATen.power(.tensor(self), .tensor(exponent))
  }

  /// Powers of the elements.
  ///
  /// - Parameter exponent: The exponent.
  /// - Returns: A tensor of this shape.
  public func pow(_ exponent: some TensorScalar) -> Tensor {
    ATen.powerScalar(.tensor(self), exponent.scalar.argument)
  }

  /// The larger of two elements; NaN when one of them is.
  ///
  /// - Parameter other: The other elements.
  /// - Returns: A tensor of the common shape.
  public func maximum(_ other: Tensor) -> Tensor {
    Shapes.requireBroadcast("maximum", shape, other.shape)
    return ATen.maximum(.tensor(self), .tensor(other))
  }

  /// The smaller of two elements; NaN when one of them is.
  ///
  /// - Parameter other: The other elements.
  /// - Returns: A tensor of the common shape.
  public func minimum(_ other: Tensor) -> Tensor {
    Shapes.requireBroadcast("minimum", shape, other.shape)
    return ATen.minimum(.tensor(self), .tensor(other))
  }

  /// The elements limited to a range.
  ///
  /// - Parameters:
  ///   - min: What smaller elements become; no limit when left out.
  ///   - max: What larger elements become; no limit when left out.
  /// - Returns: A tensor of this shape.
  public func clamped(min: (any TensorScalar)? = nil, max: (any TensorScalar)? = nil) -> Tensor {
    if min == nil, max == nil { return self }
    return ATen.clamp(
      .tensor(self), min?.scalar.argument ?? .none, max?.scalar.argument ?? .none)
  }
}

extension Tensor {
  /// A number as the second operand beside this tensor, where libtorch's operators for numbers
  /// would take a detour.
  @inline(__always)
  func number(_ number: some TensorScalar) -> TorchArgument? {
    elementType == .float32 || elementType == .float64
      ? .number(number.scalar.double, elementType) : nil
  }
}

extension ATen {
  static let add = TorchOperator("aten::add", "Tensor")
  static let addScalar = TorchOperator("aten::add", "Scalar")
  static let subtract = TorchOperator("aten::sub", "Tensor")
  static let subtractScalar = TorchOperator("aten::sub", "Scalar")
  static let subtractFromScalar = TorchOperator("aten::rsub", "Scalar")
  static let multiply = TorchOperator("aten::mul", "Tensor")
  static let multiplyScalar = TorchOperator("aten::mul", "Scalar")
  static let divide = TorchOperator("aten::div", "Tensor")
  static let divideScalar = TorchOperator("aten::div", "Scalar")
  static let negative = TorchOperator("aten::neg")
  static let power = TorchOperator("aten::pow", "Tensor_Tensor")
  static let powerScalar = TorchOperator("aten::pow", "Tensor_Scalar")
  static let maximum = TorchOperator("aten::maximum")
  static let minimum = TorchOperator("aten::minimum")
  static let clamp = TorchOperator("aten::clamp")
}
