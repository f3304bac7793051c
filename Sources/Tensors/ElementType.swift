/// The type of a tensor's elements.
public enum ElementType: String, Sendable, CaseIterable {
  case bool
  case uint8
  case int8
  case int16
  case int32
  case int64
  case float16
  case bfloat16
  case float32
  case float64

  /// Bytes that one element takes.
  public var byteCount: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .int16, .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }
}

/// A Swift type whose memory layout equals that of a tensor's element.
public protocol TensorElement: Sendable {
  /// The tensor element type with this layout.
  static var elementType: ElementType { get }
}

extension Bool: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .bool }
}
extension UInt8: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .uint8 }
}
extension Int8: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .int8 }
}
extension Int16: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .int16 }
}
extension Int32: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .int32 }
}
extension Int64: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .int64 }
}
extension Float: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .float32 }
}
extension Double: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .float64 }
}
extension Float16: TensorElement {
  /// Elements of this Swift type.
  public static var elementType: ElementType { .float16 }
}

extension ElementType {
  /// Whether the type holds fractions.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    case .bool, .uint8, .int8, .int16, .int32, .int64: false
    }
  }
}
