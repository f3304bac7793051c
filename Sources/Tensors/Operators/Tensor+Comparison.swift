/// Comparison, element by element, with broadcasting; results are Bool.
extension Tensor {
  /// Where the left element is equal.
  public static func .== (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".==", left.shape, right.shape)
    return ATen.eq(.tensor(left), .tensor(right))
  }

  /// Where the left element is equal.
  public static func .== (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.eqScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.eq(.tensor(left), number)
  }

  /// Where the left element is unequal.
  public static func .!= (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".!=", left.shape, right.shape)
    return ATen.ne(.tensor(left), .tensor(right))
  }

  /// Where the left element is unequal.
  public static func .!= (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.neScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.ne(.tensor(left), number)
  }

  /// Where the left element is smaller.
  public static func .< (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".<", left.shape, right.shape)
    return ATen.lt(.tensor(left), .tensor(right))
  }

  /// Where the left element is smaller.
  public static func .< (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.ltScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.lt(.tensor(left), number)
  }

  /// Where the left element is smaller or equal.
  public static func .<= (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".<=", left.shape, right.shape)
    return ATen.le(.tensor(left), .tensor(right))
  }

  /// Where the left element is smaller or equal.
  public static func .<= (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.leScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.le(.tensor(left), number)
  }

  /// Where the left element is larger.
  public static func .> (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".>", left.shape, right.shape)
    return ATen.gt(.tensor(left), .tensor(right))
  }

  /// Where the left element is larger.
  public static func .> (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.gtScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.gt(.tensor(left), number)
  }

  /// Where the left element is larger or equal.
  public static func .>= (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".>=", left.shape, right.shape)
    return ATen.ge(.tensor(left), .tensor(right))
  }

  /// Where the left element is larger or equal.
  public static func .>= (left: Tensor, right: some TensorScalar) -> Tensor {
    guard let number = left.number(right) else {
      return ATen.geScalar(.tensor(left), right.scalar.argument)
    }
    return ATen.ge(.tensor(left), number)
  }

  /// Where both are true (or not zero).
  public static func .& (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".&", left.shape, right.shape)
    return ATen.logicalAnd(.tensor(left), .tensor(right))
  }

  /// Where one of them is true (or not zero).
  public static func .| (left: Tensor, right: Tensor) -> Tensor {
    Shapes.requireBroadcast(".|", left.shape, right.shape)
    return ATen.logicalOr(.tensor(left), .tensor(right))
  }

  /// Where the element is false (or zero).
  public static prefix func .! (tensor: Tensor) -> Tensor { ATen.logicalNot(.tensor(tensor)) }

  /// Elements of one of two tensors, chosen by a condition.
  ///
  /// - Parameters:
  ///   - condition: Bool.
  ///   - first: Elements where the condition is true.
  ///   - second: Elements where it is false; of the same element type.
  /// - Returns: A tensor of the common shape.
  public static func `where`(_ condition: Tensor, _ first: Tensor, _ second: Tensor) -> Tensor {
    require(
      condition.elementType == .bool, "where: a condition of \(condition.elementType), not bool")
    require(
      first.elementType == second.elementType,
      "where: elements of \(first.elementType) and of \(second.elementType)")
    Shapes.requireBroadcast("where", condition.shape, first.shape)
    Shapes.requireBroadcast("where", condition.shape, second.shape)
    Shapes.requireBroadcast("where", first.shape, second.shape)
    return ATen.where(.tensor(condition), .tensor(first), .tensor(second))
  }

  /// This tensor with a number where a mask is true.
  ///
  /// - Parameters:
  ///   - mask: Bool; can be stretched to this shape.
  ///   - value: The number.
  /// - Returns: A tensor of this shape.
  public func masked(_ mask: Tensor, with value: some TensorScalar) -> Tensor {
    require(
      mask.elementType == .bool && Shapes.broadcast(shape, mask.shape) == shape,
      "masked: a mask of \(mask.elementType) \(mask.shape) does not fit the shape \(shape)")
    return ATen.maskedFill(.tensor(self), .tensor(mask), value.scalar.argument)
  }

  /// Whether shape, element type and all elements are the same; NaN equals nothing.
  ///
  /// - Parameter other: The other tensor.
  /// - Returns: Whether they are equal.
  public func isEqual(to other: Tensor) -> Bool {
    guard shape == other.shape, elementType == other.elementType else { return false }
    return (self .== other).all().item()
  }

  /// Whether all elements differ by at most `absolute + relative * |other|`.
  ///
  /// - Parameters:
  ///   - other: The other tensor, of the same shape.
  ///   - relative: Relative tolerance.
  ///   - absolute: Absolute tolerance.
  ///   - equalNaN: Whether NaN equals NaN.
  /// - Returns: Whether they are close; false when the shapes differ.
  public func isClose(
    to other: Tensor, relative: Double = 1e-5, absolute: Double = 1e-8, equalNaN: Bool = false
  ) -> Bool {
    guard shape == other.shape else { return false }
    let close = ATen.isClose(
      .tensor(self), .tensor(other.converted(to: elementType)), .double(relative),
      .double(absolute), .bool(equalNaN))
    return close.all().item()
  }
}

infix operator .& : LogicalConjunctionPrecedence
infix operator .| : LogicalDisjunctionPrecedence
prefix operator .!

extension ATen {
  static let eq = TorchOperator("aten::eq", "Tensor")
  static let eqScalar = TorchOperator("aten::eq", "Scalar")
  static let ne = TorchOperator("aten::ne", "Tensor")
  static let neScalar = TorchOperator("aten::ne", "Scalar")
  static let lt = TorchOperator("aten::lt", "Tensor")
  static let ltScalar = TorchOperator("aten::lt", "Scalar")
  static let le = TorchOperator("aten::le", "Tensor")
  static let leScalar = TorchOperator("aten::le", "Scalar")
  static let gt = TorchOperator("aten::gt", "Tensor")
  static let gtScalar = TorchOperator("aten::gt", "Scalar")
  static let ge = TorchOperator("aten::ge", "Tensor")
  static let geScalar = TorchOperator("aten::ge", "Scalar")
  static let logicalAnd = TorchOperator("aten::logical_and")
  static let logicalOr = TorchOperator("aten::logical_or")
  static let logicalNot = TorchOperator("aten::logical_not")
  static let `where` = TorchOperator("aten::where", "self")
  static let maskedFill = TorchOperator("aten::masked_fill", "Scalar")
  static let isClose = TorchOperator("aten::isclose")
}
