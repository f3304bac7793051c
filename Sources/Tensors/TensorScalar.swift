/// A number that stands beside a tensor in an operation.
public enum Scalar: Equatable, Sendable {
  /// A whole number: leaves the element type of integer tensors as it is.
  case whole(Int)
  /// A real number: turns integer tensors into float32.
  case real(Double)

  /// The value as a real number.
  public var double: Double {
    switch self {
    case .whole(let number): Double(number)
    case .real(let number): number
    }
  }

  var argument: TorchArgument {
    switch self {
    case .whole(let number): .int(number)
    case .real(let number): .double(number)
    }
  }
}

/// A Swift number that may stand beside a tensor: `x * 2`, `x + 0.5`, `x.clamped(min: floor)`.
public protocol TensorScalar: Sendable {
  /// The number, whole or real.
  var scalar: Scalar { get }
}

extension Scalar: TensorScalar {
  /// The number itself.
  public var scalar: Scalar { self }
}
extension Int: TensorScalar {
  /// A whole number.
  public var scalar: Scalar { .whole(self) }
}
extension Int32: TensorScalar {
  /// A whole number.
  public var scalar: Scalar { .whole(Int(self)) }
}
extension Int64: TensorScalar {
  /// A whole number.
  public var scalar: Scalar { .whole(Int(self)) }
}
extension UInt8: TensorScalar {
  /// A whole number.
  public var scalar: Scalar { .whole(Int(self)) }
}
extension Float: TensorScalar {
  /// A real number.
  public var scalar: Scalar { .real(Double(self)) }
}
extension Double: TensorScalar {
  /// A real number.
  public var scalar: Scalar { .real(self) }
}
