internal import CTorch

extension ElementType {
  /// libtorch's number of the type.
  var torchCode: Int32 {
    switch self {
    case .bool: Int32(CTORCH_BOOL)
    case .uint8: Int32(CTORCH_UINT8)
    case .int8: Int32(CTORCH_INT8)
    case .int16: Int32(CTORCH_INT16)
    case .int32: Int32(CTORCH_INT32)
    case .int64: Int32(CTORCH_INT64)
    case .float16: Int32(CTORCH_FLOAT16)
    case .bfloat16: Int32(CTORCH_BFLOAT16)
    case .float32: Int32(CTORCH_FLOAT32)
    case .float64: Int32(CTORCH_FLOAT64)
    }
  }

  /// The type with libtorch's number; complex and quantised types have none.
  init(torchCode: Int32) {
    switch Int(torchCode) {
    case CTORCH_BOOL: self = .bool
    case CTORCH_UINT8: self = .uint8
    case CTORCH_INT8: self = .int8
    case CTORCH_INT16: self = .int16
    case CTORCH_INT32: self = .int32
    case CTORCH_INT64: self = .int64
    case CTORCH_FLOAT16: self = .float16
    case CTORCH_BFLOAT16: self = .bfloat16
    case CTORCH_FLOAT32: self = .float32
    case CTORCH_FLOAT64: self = .float64
    default: stop("libtorch's element type \(torchCode) has no counterpart in Parallax")
    }
  }
}
